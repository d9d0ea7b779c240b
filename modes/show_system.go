package modes

import (
	"fmt"
	"strings"

	"tandem/parser"
	"tandem/platform"
)

// showSystemCommands are the views of the hardware and the operating system.
func showSystemCommands() []Declaration {
	return []Declaration{
		Command{Syntax: "show inventory raw", Piped: true, Run: showInventory, Help: Words{"raw": "Show every entity in the inventory"}},
		Command{Syntax: "show memory [statistics]", Piped: true, Privilege: 15, Run: showMemory, Help: Words{
			"memory": "Memory statistics", "statistics": "Summary of memory pools",
		}},
		Command{Syntax: "show memory summary", Piped: true, Privilege: 15, Run: showMemorySummary, Help: Words{
			"summary": "Summary of memory usage per alloc PC",
		}},
		Command{Syntax: "show clock detail", Piped: true, Run: showClockDetail, Help: Words{"detail": "Display the source of the time"}},
		Command{Syntax: "show bootvar", Piped: true, Run: showBoot, Help: Words{"bootvar": "Boot and related environment variable"}},
		Command{Syntax: "show diag [<slot:0-6>]", Piped: true, Run: showDiag, Help: Words{
			"diag": "Show diagnostic information for port adapters/modules", "slot": "Slot number",
		}},
		Command{Syntax: "show flash: [all]", Piped: true, Run: showFlash, Help: Words{
			"flash:": "display information about flash: file system", "all": "Show all possible flash information",
		}},
		Command{Syntax: "show terminal", Piped: true, Run: showTerminal, Help: Words{"terminal": "Display terminal configuration parameters"}},
		Command{Syntax: "show tech-support", Piped: true, Privilege: 15, Run: showTechSupport, Help: Words{
			"tech-support": "Show system information for Tech-Support",
		}},
		Command{Syntax: "show cdp [neighbors [detail] | interface | entry * | traffic]", Piped: true, Help: Words{
			"cdp": "CDP information", "neighbors": "CDP neighbor entries", "detail": "Show detailed information",
			"interface": "CDP interface status and configuration", "entry": "Information for specific neighbor entry",
			"*": "all CDP neighbor entries", "traffic": "CDP statistics",
		}, Run: func(x *Exec, _ parser.Args) { x.Print("% CDP is not enabled\n") }},
		Command{Syntax: "show lldp [neighbors [detail] | interface | entry * | traffic]", Piped: true, Help: Words{
			"lldp": "LLDP information", "neighbors": "LLDP neighbor entries", "detail": "Show detailed information",
			"interface": "LLDP interface status and configuration", "entry": "Information for specific neighbor entry",
			"*": "All LLDP neighbor entries", "traffic": "LLDP statistics",
		}, Run: func(x *Exec, _ parser.Args) { x.Print("% LLDP is not enabled\n") }},
		Command{Syntax: "show controllers [summary | <if:interface>]", Piped: true, Run: showControllers, Help: Words{
			"controllers": "Interface controller status", "summary": "One line a controller", "if": "Interface number",
		}},
	}
}

// Assumed figures of the memory pools: what the image leaves used of each.
const (
	processorHead = 0x64D0E3A0
	processorUsed = 41231568
	ioHead        = 0x3D600000
	ioUsed        = 5432176
	kilobyte      = 1024
)

// memorySize reads the two pools, in bytes, from "... with 485376K/38912K bytes
// of memory."
func memorySize(id platform.Identity) (processor, io int) {
	for _, w := range strings.Fields(id.Hardware) {
		if _, err := fmt.Sscanf(w, "%dK/%dK", &processor, &io); err == nil {
			return processor * kilobyte, io * kilobyte
		}
	}
	return 0, 0
}

// showMemory follows sample show-memory-statistics; clients want both rows.
func showMemory(x *Exec, _ parser.Args) {
	processor, io := memorySize(x.Device.Hardware().Identity())
	x.Print("                Head    Total(b)     Used(b)     Free(b)   Lowest(b)  Largest(b)\n")
	row := func(name string, head, total, used int) {
		free := total - used
		x.Printf("%9s %10X%12d%12d%12d%12d%12d\n", name, head, total, used, free, free, free)
	}
	row("Processor", processorHead, processor, processorUsed)
	row("I/O", ioHead, io, ioUsed)
}

// showMemorySummary adds up what was allocated by the place in the image that
// did it, which is not known here: a row for each pool. The layout is
// remembered.
func showMemorySummary(x *Exec, a parser.Args) {
	showMemory(x, a)
	processor, io := memorySize(x.Device.Hardware().Identity())
	table := func(name string, head, total, used int) {
		x.Printf("\n          %s memory\n\n Alloc PC        Size     Blocks      Bytes    What\n\n", name)
		x.Printf("0x%08X %10d %10d %10d    %s\n", head, used, 1, used, "*In-use*")
		x.Printf("0x%08X %10d %10d %10d    %s\n", 0, total-used, 1, total-used, "(free)")
	}
	table("Processor", processorHead, processor, processorUsed)
	table("I/O", ioHead, io, ioUsed)
}

func showClockDetail(x *Exec, _ parser.Args) {
	shown := x.Device.Calendar().Show(x.Now)
	source := "Time source is user configuration"
	if strings.HasPrefix(shown, "*") {
		source = "No time source"
	}
	x.Printf("%s\n%s\n", shown, source)
}

func showBoot(x *Exec, _ parser.Args) {
	x.Printf("BOOT variable does not exist\nCONFIG_FILE variable does not exist\nBOOTLDR variable does not exist\n"+
		"Configuration register is %s\n", x.Device.Hardware().Identity().Register)
}

// showDiag tells of every part that can be pulled; the layout is assumed.
func showDiag(x *Exec, a parser.Args) {
	for n, p := range x.Device.Hardware().Inventory() {
		if n == 0 || a.Has("slot") && !strings.Contains(p.Name, "Slot "+a.Get("slot")) {
			continue
		}
		_, slot, found := strings.Cut(p.Name, " on ")
		if !found {
			slot = p.Name
		}
		x.Printf("%s:\n\t%s\n\tPCB Serial Number        : %s\n\tProduct (FRU) Number     : %s\n\tVersion Identifier (VID) : %s\n\n",
			slot, p.Descr, p.Serial, p.PID, p.VID)
	}
}

// showFlash follows sample show-flash-c2811-1243i: the image, then what was
// written.
func showFlash(x *Exec, _ parser.Args) {
	id := x.Device.Hardware().Identity()
	x.Print("-#- --length-- -----date/time------ path\n")
	used := 0
	for n, f := range x.Device.Directory(flashFiles) {
		used += f.Size
		x.Printf("%-4d%10d %-27s %s\n", n+1, f.Size, fileDate(x.Device, f, "Jan _2 2006 15:04:05"), strings.Trim(strings.TrimPrefix(f.Name, flashFiles), "/"))
	}
	x.Printf("\n%d bytes available (%d bytes used)\n\n", id.FlashBytes-used, used)
}

// showTechSupport is a short one: what a case needs first.
func showTechSupport(x *Exec, a parser.Args) {
	for _, part := range []struct {
		name string
		run  func(x *Exec, a parser.Args)
	}{
		{"show version", showVersion},
		{"show running-config", showRunning},
		{"show inventory", showInventory},
		{"show interfaces", showInterfaces},
		{"show ip route", showIPRoute},
		{"show access-lists", showAccessLists},
		{"show standby", showStandby},
		{"show redundancy", showRedundancy},
		{"show redundancy history", showRedundancyHistory},
		{"show ip inspect ha statistics", showInspectHAStatistics},
		{"show processes cpu", showProcesses},
		{"show memory statistics", showMemory},
		{"show logging", showLogging},
	} {
		x.Printf("\n------------------ %s ------------------\n\n", part.name)
		part.run(x, a)
	}
}

// showControllers names the controller of each port; the layout is assumed.
func showControllers(x *Exec, a parser.Args) {
	for _, i := range x.Device.Interfaces() {
		hw, ok := x.Device.Hardware().Interface(i.Name)
		if a.Has("if") && i.Name != a.Get("if") {
			continue
		}
		if !ok || hw.Kind == platform.Virtual || hw.Kind == platform.SubInterface || hw.Kind == platform.VLAN {
			continue
		}
		if a.Has("summary") {
			x.Printf("%-27s%s\n", i.Name, hw.Hardware)
			continue
		}
		x.Printf("Interface %s\nHardware is %s\n  MAC address %s, MTU %d bytes\n\n", i.Name, hw.Hardware, i.MAC, hw.MTU)
	}
}
