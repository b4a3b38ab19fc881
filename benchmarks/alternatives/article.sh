#!/usr/bin/env bash
# The rule of the article that this program began with: a state machine that is called every 5 seconds and does one thing each time; a node
# has caught up when /health/live says 204. Here its Lambda function is one turn of a loop over the AWS CLI.
set -euo pipefail
# shellcheck source=benchmarks/alternatives/common.sh
. "$(dirname "$0")/common.sh"

# One turn for one node: prints the phase that follows.
turn() {
  local phase=$1 node=$2 id=$3 priority=$4
  case $phase in
    Pending) if [ "$(leader)" = "$node" ]; then
        tell "$node" /admin/node/priority/-1; echo Resigning
      else ec2 stop-instances --instance-ids "$id" >/dev/null; echo Stopping; fi ;;
    Resigning) tell "$node" /admin/node/resign; echo Resigned ;;
    Resigned) if [ -n "$(leader)" ] && [ "$(leader)" != "$node" ]; then
        ec2 stop-instances --instance-ids "$id" >/dev/null; echo Stopping; else echo Resigned; fi ;;
    Stopping) if [ "$(state_of "$id")" = stopped ]; then
        ec2 modify-instance-attribute --instance-id "$id" --instance-type "Value=$target"; echo Changed; else echo Stopping; fi ;;
    Changed) ec2 start-instances --instance-ids "$id" >/dev/null; echo Starting ;;
    Starting) if [ "$(state_of "$id")" = running ]; then echo CatchingUp; else echo Starting; fi ;;
    CatchingUp) if is_live "$node"; then echo CaughtUp; else echo CatchingUp; fi ;;
    CaughtUp) tell "$node" "/admin/node/priority/$priority"; echo Success ;;
  esac
}

while IFS=$'\t' read -r _ node priority; do
  id=$(instance_of "$node")
  phase=Pending
  until [ "$phase" = Success ]; do
    phase=$(turn "$phase" "$node" "$id" "$priority")
    say "$node $phase"
    pause 5
  done
done < <(in_order)
