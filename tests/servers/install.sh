#!/bin/sh
# Installs the real servers that the tests talk to, on Debian and its kin. With all of them there it
# looks, says nothing and is done. Only packages that are missing are installed; none is started.
set -eu
PATH="$PATH:/usr/sbin:/sbin"

missing=""
need() { # what proves that it is there, the package that brings it
    case "$1" in
        /*) test -e "$1" ;;
        *) command -v "$1" >/dev/null 2>&1 ;;
    esac || missing="$missing $2"
}

need prometheus prometheus
need promtool prometheus
need prometheus-alertmanager prometheus-alertmanager
need prometheus-node-exporter prometheus-node-exporter
need amtool prometheus-alertmanager
need sshd openssh-server
need ssh-agent openssh-client
need visudo sudo
need ip iproute2
need chromium chromium
need tmux tmux
need slurmctld slurmctld
need slurmd slurmd
need scontrol slurm-client
need shellcheck shellcheck
command -v pg_ctl >/dev/null 2>&1 || need /usr/lib/postgresql postgresql
need ipmi_sim openipmi
need ipmitool ipmitool
need pdftotext poppler-utils
need gcc gcc
need /usr/include/stdlib.h libc6-dev

test -n "$missing" || exit 0
packages=$(printf '%s\n' $missing | sort -u | tr '\n' ' ')

if [ "$(id -u)" -ne 0 ]; then
    echo "The tests need these packages: ${packages}" >&2
    echo "Install them as root, for example: sudo apt-get install ${packages}" >&2
    exit 1
fi
if ! command -v apt-get >/dev/null 2>&1; then
    echo "The tests need: ${packages}(names of Debian's packages); there is no apt-get here." >&2
    exit 1
fi
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
# shellcheck disable=SC2086 # a list of words on purpose
apt-get install -y -qq --no-install-recommends $packages
