#!/bin/sh
# Creates the virtual machine of this folder on this Proxmox VE host.
#
# Checks the disks against their SHA-256 digests, creates the machine and imports the disks into a storage. Nothing in this
# folder is changed, and no machine that is there already. If a step fails, the half-made machine is removed again.
# Proxmox VE 7.2 or newer, as root. "sh import.sh --help" tells the options.
set -eu

