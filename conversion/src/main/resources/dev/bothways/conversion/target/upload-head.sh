#!/bin/sh
# Creates the virtual machine of this folder in the Kubernetes cluster that kubectl talks to.
#
# Checks the disks against their SHA-256 digests, uploads each into a DataVolume of its own and creates the machine, which is
# not started. Nothing that is there already is replaced. If a step fails, the DataVolumes made by this run are removed again.
# Needs kubectl and virtctl, and a cluster with KubeVirt and its Containerized Data Importer. "sh import.sh --help" tells the
# options.
set -eu

