#!/usr/bin/env bash
# Replay the memories on Kafka into a new store beside the one in use, and check it: blue and green.
# usage: ANAMNESIS_LOG=kafka://HOST:PORT ANAMNESIS_KEYS=FOLDER examples/kafka_replay.sh NEW_FOLDER
set -euo pipefail
new=${1:?usage: ANAMNESIS_LOG=kafka://HOST:PORT ANAMNESIS_KEYS=FOLDER $0 NEW_FOLDER}
: "${ANAMNESIS_LOG:?names no Kafka cluster: kafka://HOST:PORT}"
: "${ANAMNESIS_KEYS:?names no folder of keys: the new store has none of its own, and could not be read}"
anamnesis=${ANAMNESIS:-$(dirname "$0")/../.venv/bin/anamnesis}
# Nothing that workers or readers have open is touched.
"$anamnesis" replay --from kafka --to "$new" --json
# The new store is a data folder: readers and workers started with it go on from where it stands, if
# no other views and vectors are set, which may be those in use.
export ANAMNESIS_VIEWS=sqlite ANAMNESIS_VECTORS=edge
ANAMNESIS_HOME=$new "$anamnesis" verify --json
