#!/usr/bin/env bash
# Measures one recurrent layer on one core: jobs/bench.sh [--cell lstm] [--batch B] [--steps T] ... (--help)
# shellcheck source=jobs/common.bash
source "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/common.bash"
run_plain dev.unroll.jobs.BenchJob "$@"
