package modes

import (
	"fmt"
	"strings"

	"tandem/parser"
)

// showProcessCommands are the views of the CPU and its processes.
func showProcessCommands() []Declaration {
	return []Declaration{
		Command{Syntax: "show processes", Piped: true, Run: showProcessStates, Help: Words{"processes": "Active process statistics"}},
		Command{Syntax: "show processes cpu [sorted [5sec | 1min | 5min]]", Piped: true, Run: showProcesses, Help: Words{
			"processes": "Active process statistics", "cpu": "Show CPU use per process",
			"sorted": "Show sorted output based on percentage of usage", "5sec": "Sort based on 5 seconds utilization",
			"1min": "Sort based on 1 minute utilization", "5min": "Sort based on 5 minutes utilization",
		}},
		Command{Syntax: "show processes cpu history", Piped: true, Run: showProcessHistory, Help: Words{"history": "Show CPU history in graph format"}},
		Command{Syntax: "show processes memory [sorted [allocated | holding]]", Piped: true, Privilege: 15, Run: showProcessMemory, Help: Words{
			"memory": "Show memory use per process", "sorted": "Show sorted output based on memory",
			"allocated": "Sort by allocated memory", "holding": "Sort by held memory",
		}},
	}
}

// processes are those of an idle 12.4 router (names of sample
// show-processes-cpu). Nobody measures an emulated CPU: it is idle.
var processes = []string{
	"Chunk Manager", "Load Meter", "Connection Mgr", "Check heaps", "Pool Manager", "Timers", "Net Input", "Crash writer",
	"ARP Input", "CEF MIB API", "AAA high-capacit", "Policy Manager", "Entity MIB API", "IFS Agent Manage",
	"IPC Dynamic Cach", "IPC Zone Manager", "IPC Periodic Tim", "IPC Managed Time", "IPC Deferred Por", "IPC Seat Manager",
	"IPC Session Serv", "Net Background", "IDB Work", "Logger", "TTY Background", "Per-Second Jobs", "Per-minute Jobs",
	"IF-MGR control p", "IF-MGR event pro", "IP Input", "HSRP IPv4", "SCTP Main Proces", "Inspect process", "RF Interdev", "Exec",
}

const cpuLine = "CPU utilization for five seconds: 0%/0%; one minute: 0%; five minutes: 0%\n"

func showProcesses(x *Exec, _ parser.Args) {
	x.Print(cpuLine + " PID Runtime(ms)   Invoked      uSecs   5Sec   1Min   5Min TTY Process \n")
	for i, name := range processes {
		x.Printf("%4d %11d %9d %10d  0.00%%  0.00%%  0.00%% %3d %s\n", i+1, 0, 1, 0, 0, name)
	}
}

// showProcessStates has the columns of 12.4 as remembered; every process but
// the session's own waits.
func showProcessStates(x *Exec, _ parser.Args) {
	x.Print(cpuLine + " PID QTy       PC Runtime (ms)    Invoked   uSecs    Stacks TTY Process\n")
	for i, name := range processes {
		state := "Mwe"
		if i == len(processes)-1 {
			state = "*  "
		}
		x.Printf("%4d %s %08X %12d %10d %7d %4d/%4d %3d %s\n", i+1, state, 0, 0, 1, 0, 5592, 6000, 0, name)
	}
}

// showProcessMemory shares the used memory of the image between what it held
// at boot and nothing else: processes of an emulated router hold none.
func showProcessMemory(x *Exec, _ parser.Args) {
	processor, _ := memorySize(x.Device.Hardware().Identity())
	x.Printf("Processor Pool Total: %10d Used: %10d Free: %10d\n\n", processor, processorUsed, processor-processorUsed)
	x.Print(" PID TTY  Allocated      Freed    Holding    Getbufs    Retbufs Process\n")
	row := func(pid, bytes int, name string) {
		x.Printf("%4d %3d %10d %10d %10d %10d %10d %s\n", pid, 0, bytes, 0, bytes, 0, 0, name)
	}
	row(0, processorUsed, "*Init*")
	for i, name := range processes {
		row(i+1, 0, name)
	}
	x.Printf("%37d Total\n", processorUsed)
}

// showProcessHistory draws the three graphs of an idle CPU.
func showProcessHistory(x *Exec, _ parser.Args) {
	graph := func(points int, axis, caption string) {
		x.Printf("\n    %s\n", strings.Repeat("0", points))
		for load := 100; load > 0; load -= 10 {
			x.Printf("%3d\n", load)
		}
		var scale, below strings.Builder
		for i := 5; i <= points; i += 5 {
			scale.WriteString([...]string{"....5", "....0"}[(i/5+1)%2])
			fmt.Fprintf(&below, "%5d", i)
		}
		x.Printf("   0%s\n    %s\n               %s (%s)\n", scale.String(), below.String(), axis, caption)
	}
	graph(60, "CPU% per second", "last 60 seconds")
	graph(60, "CPU% per minute", "last 60 minutes")
	graph(70, "CPU% per hour", "last 72 hours")
}
