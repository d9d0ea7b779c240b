package modes

import (
	"fmt"

	"tandem/parser"
)

// showEnvironmentCommands are the views of fans, power and temperatures. This
// chassis is made of nothing that can get warm: its readings never change.
func showEnvironmentCommands() []Declaration {
	show := func(words string, run func(x *Exec, a parser.Args), help Words) Declaration {
		return Command{Syntax: "show environment" + words, Piped: true, Run: run, Help: help}
	}
	return []Declaration{
		show("", showEnvironment, Words{"environment": "Environmental monitor statistics"}),
		show(" all", showEnvironmentAll, Words{"all": "All environmental monitor parameters"}),
		show(" last", showEnvironmentLast, Words{"last": "Last environmental monitor parameters"}),
		show(" table", showEnvironmentTable, Words{"table": "Environmental monitor tables"}),
		show(" temperature [status]", showTemperatures, Words{
			"temperature": "Temperature monitor parameters", "status": "Show temperature status",
		}),
	}
}

// sensor is one place where temperature is measured, in degrees Celsius, with
// the limits above which there is a warning, an alarm and a shutdown.
type sensor struct {
	name                                 string
	reading, warning, critical, shutdown int
}

// sensors have assumed readings and limits.
var sensors = []sensor{
	{"Chassis inlet", 25, 44, 50, 58},
	{"Chassis outlet", 28, 53, 58, 63},
}

// degrees prints a temperature on both scales: 25C/77F.
func degrees(celsius int) string { return fmt.Sprintf("%dC/%dF", celsius, celsius*9/5+32) }

// showEnvironment says that all is well; the layouts of this file are assumed.
func showEnvironment(x *Exec, _ parser.Args) { x.Print("All measured values are normal\n") }

func showEnvironmentAll(x *Exec, a parser.Args) {
	x.Print("Power Supplies:\n\tPower Supply 1 is AC Power Supply. Unit is on.\n\n" +
		"Fans:\n\tFan 1 is OK.\n\tFan 2 is OK.\n\tFan 3 is OK.\n\n")
	showTemperatures(x, a)
	x.Print("\nBattery is OK.\n")
}

func showTemperatures(x *Exec, _ parser.Args) {
	x.Print("Temperature readings:\n")
	for _, s := range sensors {
		x.Printf("\t%s measured at %s\n", s.name, degrees(s.reading))
	}
}

func showEnvironmentLast(x *Exec, _ parser.Args) {
	for _, s := range sensors {
		x.Printf("%s previously measured at %s\n", s.name, degrees(s.reading))
	}
	x.Printf("\nlast shutdown reason - %s\n", x.Device.ReloadReason())
}

func showEnvironmentTable(x *Exec, _ parser.Args) {
	x.Print("Sample Point      HighWarning  HighCritical  HighShutdown\n")
	for _, s := range sensors {
		x.Printf("%-18s%-13s%-14s%s\n", s.name, degrees(s.warning), degrees(s.critical), degrees(s.shutdown))
	}
}
