# The words for everyone, the build server included. Extra arguments go in ARGS: make test ARGS="-k inbox"
.DEFAULT_GOAL := help
.PHONY: help setup demo test check bench

help:
	@echo "make setup   the virtual environment with all that development needs"
	@echo "make demo    a fictional programme, served on 127.0.0.1:8000     DAYS=20 moves its clock on"
	@echo "make test    every test, on SQLite and on PostgreSQL     ARGS=\"-k words\" picks some"
	@echo "make check   style, types, imports between rooms, templates, migrations"
	@echo "make bench   speed, measured on this machine              ARGS=... goes to the bench"

setup:
	@scripts/setup

demo:
	@scripts/setup --runtime
	@.venv/bin/answerable demo $(if $(DAYS),--days $(DAYS)) $(ARGS)

test:
	@scripts/test $(ARGS)

check:
	@scripts/check

bench:
	@scripts/setup
	@.venv/bin/python -m bench $(ARGS)
