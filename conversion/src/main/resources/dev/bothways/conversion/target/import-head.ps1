#Requires -Version 5.1
#Requires -Modules Hyper-V
<#
.SYNOPSIS
Creates the virtual machine of this folder on this Hyper-V host.

.DESCRIPTION
Checks the disks against their SHA-256 digests and creates the machine with them where they lie. Nothing is copied: put the
folder first where it shall stay. An existing machine is never touched. If a step fails, the half-made machine is removed
again; the disks never are.

.PARAMETER Name
What the machine shall be called.

.PARAMETER Path
The folder for the machine's configuration; without it, Hyper-V's usual one.

.PARAMETER SwitchName
The virtual switch for all network cards. Without it, each is connected to the switch that is called as its network was, if
there is one.

.PARAMETER MemoryStartupBytes
The memory that the machine starts with.

.PARAMETER SkipHashCheck
Takes the disks as they are, for example after the machine has run.

.EXAMPLE
.\import.ps1 -SwitchName External -WhatIf
#>
[CmdletBinding(SupportsShouldProcess = $true)]
