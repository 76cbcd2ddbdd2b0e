#!/usr/bin/env bash
# Adds a trained network's predictions to data: jobs/score.sh CONF [--set key=value]... [--dry-run] [--help] [-- spark-submit arguments]
# shellcheck source=jobs/common.bash
source "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/common.bash"
run_job dev.unroll.jobs.ScoreJob "$@"
