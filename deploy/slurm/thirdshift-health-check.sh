#!/bin/sh
# Asks thirdshift-agent how this node is, and drains the node where a GPU is broken. For slurmd, as
# HealthCheckProgram and as Prolog; docs/slurm.md says how. A node that somebody else took out of
# service is left as it is, and nothing that goes wrong in here takes one out.
set -u

status=0 answer=''
trap 'rm -f "$answer"; exit "$status"' EXIT

CHECK="thirdshift-agent check --state-dir /var/lib/thirdshift-agent"
CHECK_SECONDS=20  # waited for, and run for; slurmd kills a HealthCheckProgram after 60
SLURM_SECONDS=5   # a call of scontrol
DRAIN_ON=CRITICAL # words of `thirdshift-agent check`; UNKNOWN and WARNING can be added
RESUME=no         # yes: resume what this script drained, once the check says OK
LOCK_DIR=/run
# slurmd starts a HealthCheckProgram with SLURMD_NODENAME, PWD and SHLVL alone
PATH=${PATH:-/bin}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/opt/slurm/bin
config=${THIRDSHIFT_HEALTH_CHECK_CONF:-/etc/thirdshift/health-check.conf}
# shellcheck source=/dev/null
if [ -r "$config" ]; then . "$config"; fi
export PATH

node=${SLURMD_NODENAME:-$(hostname -s)}
job=${SLURM_JOB_ID:-} # as Prolog alone
mark="thirdshift: check:"

say() { # priority, text
    timeout 2 logger -t thirdshift-health-check -p "daemon.$1" -- "node $node: $2" 2>/dev/null
}

find_slurm_conf() {
    for conf in "${SLURM_CONF:-}" /etc/slurm/slurm.conf /run/slurm/conf/slurm.conf \
        /var/spool/slurmd/conf-cache/slurm.conf /opt/slurm/etc/slurm.conf; do
        if [ -r "$conf" ]; then
            export SLURM_CONF="$conf"
            return
        fi
    done
}

slurm() { timeout -s KILL "$SLURM_SECONDS" scontrol "$@" 2>/dev/null; }

look_up() {
    shown=$(slurm show node "$node") || return 1
    state=$(echo "$shown" | sed -n 's/^ *State=\([^ ]*\).*/\1/p')
    reason=$(echo "$shown" | sed -n 's/^ *Reason=//p' | head -n 1)
}

# The check runs beside a shell that waits for it: where the driver holds a check beyond every
# signal, it is left behind. It keeps the lock, so those that come after it do not pile up.
run_check() { # file for the answer
    # shellcheck disable=SC2016,SC2086 # CHECK is a list of words; the rest is the inner shell's
    flock -w "$CHECK_SECONDS" "$LOCK_DIR/thirdshift-health-check.$node.lock" \
        timeout -s KILL "$CHECK_SECONDS" sh -c '"$@" >"$0" 2>/dev/null & wait' "$1" $CHECK \
        >/dev/null 2>&1 </dev/null
}

drain() { # why
    if ! look_up; then
        say err "broken, but scontrol does not answer: $1"
        return
    fi
    case $state/$reason in
        *DRAIN*/"$mark"*) return ;;
        *DRAIN*/* | *DOWN*/* | *FAIL*/* | */?*)
            say notice "broken, left as it is ($state, $reason): $1"
            return
            ;;
    esac
    if slurm update nodename="$node" state=drain reason="$mark $1"; then
        say err "drained: $1"
    else
        say err "could not be drained: $1"
    fi
}

resume() {
    look_up || return
    case $state/$reason in
        *DRAIN*/"$mark"*)
            slurm update nodename="$node" state=resume && say notice "resumed: the check says OK"
            ;;
    esac
}

find_slurm_conf
answer=$(mktemp) || {
    say err "not judged: no room for an answer in ${TMPDIR:-/tmp}"
    exit
}
run_check "$answer"
# an exit status of 2 alone could also be of another program: the first line tells
verdict=$(sed -n '1s/^\([A-Z]*\): .*/\1/p' "$answer")
finding=$(head -n 2 "$answer" | tail -n 1 | tr -cd '[:print:]' | cut -c 1-200)

case " $DRAIN_ON " in
    *" ${verdict:-UNKNOWN} "*)
        drain "${finding:-the check does not answer}"
        if [ -n "$job" ]; then status=1; fi # the job shall not run here
        ;;
    *)
        case $verdict in
            OK) if [ "$RESUME" = yes ] && [ -z "$job" ]; then resume; fi ;;
            '') say err "not judged, the check does not answer; try: $CHECK" ;;
            *) say warning "left in service, $verdict: $finding" ;;
        esac
        ;;
esac
