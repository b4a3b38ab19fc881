# shellcheck shell=bash
# Sourced by the scripts beside it: what a roll over the AWS CLI and the nodes' HTTP interface needs. Their inputs are those of the program,
# so that the sandbox starts them like it.

export target=$INPUT_TARGET_INSTANCE_TYPE
seed=${INPUT_CONNECTION_STRING#*://}
seed=${seed#*@}
IFS=, read -ra seeds <<<"${seed%%\?*}"
scheme=http
export AWS_DEFAULT_REGION=${AWS_DEFAULT_REGION:-$AWS_REGION}

ec2() { aws ec2 "$@" --endpoint-url "$AWS_ENDPOINT_URL_EC2" --output text; }

say() { printf '%(%H:%M:%SZ)T %s\n' -1 "$*"; }

# Waits for so many seconds of the cluster's time.
pause() { sleep "$(jq -n "$1 / ${TIME_SCALE:-1}")"; }

ask() { curl --silent --fail --max-time 5 "$scheme://$1$2"; }

tell() { curl --silent --fail --max-time 10 --request POST --data '' "$scheme://$1$2" >/dev/null; }

# Every member as somebody who answers sees it: endpoint, state, whether it is alive, priority, whether it is a replica.
members() {
  local node
  for node in "${seeds[@]}"; do
    ask "$node" /gossip | jq -r '.members[]
      | [.httpEndPointIp + ":" + (.httpEndPointPort | tostring), .state, .isAlive, .nodePriority, .isReadOnlyReplica] | @tsv' && return
  done
  return 1
}

# What a node says of itself: one field of its own entry.
own() { ask "$1" /gossip | jq -r --arg ip "${1%:*}" --argjson port "${1#*:}" \
  ".members[] | select(.httpEndPointIp == \$ip and .httpEndPointPort == \$port) | .$2"; }

leader() { members | awk -F'\t' '$2 == "Leader" && $3 == "true" {print $1}'; }

instance_of() { ec2 describe-instances --filters "Name=private-ip-address,Values=${1%:*}" --query 'Reservations[].Instances[].InstanceId'; }

state_of() { ec2 describe-instances --instance-ids "$1" --query 'Reservations[].Instances[].State.Name'; }

is_live() { [ "$(curl --silent --max-time 5 --output /dev/null --write-out '%{http_code}' "$scheme://$1/health/live")" = 204 ]; }

# Read-only replicas first, then followers, the leader last.
in_order() { members | awk -F'\t' '{print ($5 == "true" ? 0 : $2 == "Leader" ? 2 : 1) "\t" $1 "\t" $4}' | sort; }
