#!/usr/bin/env bash
# Chooses settings and says why: jobs/tune.sh CONF [--set key=value]... [--dry-run] [--help] [-- spark-submit arguments]
# shellcheck source=jobs/common.bash
source "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/common.bash"
run_job dev.unroll.jobs.TuneJob "$@"
