Set-StrictMode -Version 2.0
$ErrorActionPreference = 'Stop'

# Names are compared, never given as -Name or -VMName: those take wildcards, and a name may hold some.
if (@(Get-VM | Where-Object { $_.Name -eq $Name }).Count -gt 0) {
    throw "There is a virtual machine called $Name already. Choose another name with -Name, or remove that machine."
}
if ($SwitchName -and @(Get-VMSwitch | Where-Object { $_.Name -eq $SwitchName }).Count -eq 0) {
    throw "There is no virtual switch called $SwitchName. Get-VMSwitch lists those that are there."
}

foreach ($disk in $Disks) {
    $disk.Path = Join-Path -Path $PSScriptRoot -ChildPath $disk.File
    if (-not (Test-Path -LiteralPath $disk.Path -PathType Leaf)) {
        throw "The disk $($disk.Path) is not there."
    }
    $attributes = (Get-Item -LiteralPath $disk.Path).Attributes
    foreach ($flag in 'Compressed', 'Encrypted', 'SparseFile') {
        if ($attributes -band [System.IO.FileAttributes] $flag) {
            throw "Windows keeps $($disk.Path) as a file of the kind $flag, which Hyper-V does not attach. Copy it to a folder without compression and encryption, or run: fsutil sparse setflag FILE 0"
        }
    }
    if (-not $SkipHashCheck) {
        Write-Verbose "Checking $($disk.Path)"
        $found = (Get-FileHash -LiteralPath $disk.Path -Algorithm SHA256).Hash
        if ($found -ne $disk.Sha256) {
            throw "The disk $($disk.Path) is not what was converted: its SHA-256 is $found and should be $($disk.Sha256). Carry it over again, or use -SkipHashCheck if the machine has run since."
        }
    }
}

if (-not $PSCmdlet.ShouldProcess($Name, 'Create virtual machine')) {
    return
}

$new = @{
    Name               = $Name
    Generation         = $Machine.Generation
    MemoryStartupBytes = $MemoryStartupBytes
    NoVHD              = $true
}
if ($Path) {
    $new.Path = $Path
}
$vm = New-VM @new
try {
    # What New-VM adds by itself.
    Get-VMNetworkAdapter -VM $vm | Remove-VMNetworkAdapter
    Get-VMDvdDrive -VM $vm | Remove-VMDvdDrive

    if ($Machine.ContainsKey('Notes')) {
        Set-VM -VM $vm -Notes ($Machine.Notes -replace '\r?\n', "`r`n")
    }
    # Windows 10 and 11 take a checkpoint at each start unless told not to; older hosts do not know the word.
    if ((Get-Command -Name Set-VM).Parameters.ContainsKey('AutomaticCheckpointsEnabled')) {
        Set-VM -VM $vm -AutomaticCheckpointsEnabled $false
    }
    if ($Machine.ContainsKey('Uuid')) {
        # The UUID that the guest sees. There is no command for it, so a host that refuses is no reason to stop.
        try {
            $namespace = 'root\virtualization\v2'
            $settings = Get-CimInstance -Namespace $namespace -ClassName Msvm_VirtualSystemSettingData -Filter "VirtualSystemIdentifier = '$($vm.Id)' AND VirtualSystemType = 'Microsoft:Hyper-V:System:Realized'"
            $settings.CimInstanceProperties['BIOSGUID'].Value = "{$($Machine.Uuid.ToUpperInvariant())}"
            $serializer = [Microsoft.Management.Infrastructure.Serialization.CimSerializer]::Create()
            $bytes = $serializer.Serialize($settings, [Microsoft.Management.Infrastructure.Serialization.InstanceSerializationOptions]::None)
            $service = Get-CimInstance -Namespace $namespace -ClassName Msvm_VirtualSystemManagementService
            $result = Invoke-CimMethod -InputObject $service -MethodName ModifySystemSettings -Arguments @{ SystemSettings = [System.Text.Encoding]::Unicode.GetString($bytes) }
            if (0, 4096 -notcontains $result.ReturnValue) {
                throw "Hyper-V answers $($result.ReturnValue)"
            }
        }
        catch {
            Write-Warning "The guest sees another UUID than $($Machine.Uuid), which could not be set: $_"
        }
    }

    $processor = @{ VM = $vm; Count = $Machine.ProcessorCount }
    if ($Machine.ContainsKey('ProcessorMaximum')) {
        $processor.Maximum = $Machine.ProcessorMaximum
    }
    if ($Machine.ContainsKey('ProcessorWeight')) {
        $processor.RelativeWeight = $Machine.ProcessorWeight
    }
    Set-VMProcessor @processor
    if ($Machine.NestedVirtualization) {
        Set-VMProcessor -VM $vm -ExposeVirtualizationExtensions $true
    }

    if ($Machine.DynamicMemory) {
        $memory = @{
            VM                   = $vm
            DynamicMemoryEnabled = $true
            StartupBytes         = $MemoryStartupBytes
            MinimumBytes         = [Math]::Min($Machine.MemoryMinimumBytes, $MemoryStartupBytes)
            MaximumBytes         = [Math]::Max($Machine.MemoryMaximumBytes, $MemoryStartupBytes)
        }
        Set-VMMemory @memory
    }
    else {
        Set-VMMemory -VM $vm -DynamicMemoryEnabled $false -StartupBytes $MemoryStartupBytes
    }

    foreach ($drive in @($Disks) + @($DvdDrives)) {
        if ($drive.Bus -eq 'SCSI') {
            while (@(Get-VMScsiController -VM $vm).Count -le $drive.Controller) {
                Add-VMScsiController -VM $vm
            }
        }
    }

    $startable = @{ Disk = @(); CD = @(); Network = @() }
    foreach ($disk in $Disks) {
        $drive = Add-VMHardDiskDrive -VM $vm -Path $disk.Path -ControllerType $disk.Bus -ControllerNumber $disk.Controller -ControllerLocation $disk.Location -Passthru
        if ($disk.Boot) {
            $startable.Disk = @($drive) + @($startable.Disk)
        }
        else {
            $startable.Disk = @($startable.Disk) + @($drive)
        }
    }
    foreach ($dvd in $DvdDrives) {
        $startable.CD = @($startable.CD) + @(Add-VMDvdDrive -VM $vm -ControllerNumber $dvd.Controller -ControllerLocation $dvd.Location -Passthru)
    }

    $number = 0
    foreach ($card in $NetworkCards) {
        $number++
        $add = @{ VM = $vm; Name = "Network Adapter $number"; Passthru = $true }
        if ($Machine.Generation -eq 1) {
            $add.IsLegacy = $card.Legacy
        }
        if ($card.Mac) {
            $add.StaticMacAddress = $card.Mac
        }
        $adapter = Add-VMNetworkAdapter @add
        $startable.Network = @($startable.Network) + @($adapter)
        $switch = if ($SwitchName) { $SwitchName } else { $card.Network }
        if ($switch -and @(Get-VMSwitch | Where-Object { $_.Name -eq $switch }).Count -gt 0) {
            Connect-VMNetworkAdapter -VMNetworkAdapter $adapter -VMSwitch (Get-VMSwitch | Where-Object { $_.Name -eq $switch } | Select-Object -First 1)
        }
        else {
            Write-Warning "Network Adapter $number is not connected to a switch; its network was called '$($card.Network)'."
        }
        if ($card.Vlan -gt 0) {
            Set-VMNetworkAdapterVlan -VMNetworkAdapter $adapter -Access -VlanId $card.Vlan
        }
    }

    $port = 0
    foreach ($pipe in $Machine.SerialPorts) {
        $port++
        if (-not $pipe) {
            $pipe = '\\.\pipe\' + ($Name -replace '[^A-Za-z0-9._-]', '_') + "-com$port"
        }
        Set-VMComPort -VM $vm -Number $port -Path $pipe
    }

    if ($Machine.Generation -eq 1) {
        Set-VMBios -VM $vm -StartupOrder $Machine.StartupOrder
    }
    else {
        if ($Machine.SecureBoot) {
            Set-VMFirmware -VM $vm -EnableSecureBoot On -SecureBootTemplate $Machine.SecureBootTemplate
        }
        else {
            Set-VMFirmware -VM $vm -EnableSecureBoot Off
        }
        $order = @($Machine.BootOrder | ForEach-Object { $startable[$_] })
        if ($order.Count -gt 0) {
            Set-VMFirmware -VM $vm -BootOrder $order
        }
        if ($Machine.SecurityChip) {
            Set-VMKeyProtector -VM $vm -NewLocalKeyProtector
            Enable-VMTPM -VM $vm
        }
    }
}
catch {
    Remove-VM -VM $vm -Force
    throw
}

$vm
