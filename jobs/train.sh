#!/usr/bin/env bash
# Trains a network: jobs/train.sh CONF [--set key=value]... [--dry-run] [--help] [-- spark-submit arguments]
# shellcheck source=jobs/common.bash
source "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/common.bash"
run_job dev.unroll.jobs.TrainJob "$@"
