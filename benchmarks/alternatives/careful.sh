#!/usr/bin/env bash
# What a careful engineer writes: one node at a time over the AWS CLI and its waiters, the next one when every node is alive, in its role
# and level by its own word, the leader after it has handed over. It neither recovers, nor resumes, nor looks at one node from two sides.
set -euo pipefail
# shellcheck source=benchmarks/alternatives/common.sh
. "$(dirname "$0")/common.sh"

is_level() {
  local mine
  [[ $(own "$1" state) =~ ^(Leader|Follower|ReadOnlyReplica)$ ]] && is_live "$1" || return 1
  mine=$(own "$1" writerCheckpoint)
  [ "$mine" -ge $(($2 - 1048576)) ]
}

all_level() {
  local head node
  head=$(own "$(leader)" writerCheckpoint) || return 1
  for node in "${all[@]}"; do is_level "$node" "$head" || return 1; done
}

# The waiters of the AWS CLI look every 15 seconds.
wait_for() { until [ "$(state_of "$1")" = "$2" ]; do pause 15; done; }

update() {
  local node=$1 priority=$2 id
  until all_level; do pause 5; done
  if [ "$(leader)" = "$node" ]; then
    say "$node leads: handing over"
    tell "$node" "/admin/node/priority/-1"
    pause 3
    tell "$node" /admin/node/resign
    until [ -n "$(leader)" ] && [ "$(leader)" != "$node" ] && all_level; do pause 5; done
  fi
  id=$(instance_of "$node")
  say "$node ($id): stop"
  ec2 stop-instances --instance-ids "$id" >/dev/null
  wait_for "$id" stopped
  ec2 modify-instance-attribute --instance-id "$id" --instance-type "Value=$target"
  ec2 start-instances --instance-ids "$id" >/dev/null
  wait_for "$id" running
  until all_level; do pause 5; done
  [ "$(own "$node" nodePriority)" = "$priority" ] || tell "$node" "/admin/node/priority/$priority"
  say "$node: done"
}

mapfile -t order < <(in_order)
mapfile -t all < <(printf '%s\n' "${order[@]}" | cut -f2)
for one in "${order[@]}"; do
  IFS=$'\t' read -r _ node priority <<<"$one"
  update "$node" "$priority"
done
