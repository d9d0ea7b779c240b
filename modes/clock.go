package modes

import (
	"strings"
	"time"

	"tandem/parser"
)

// clockSet takes "clock set hh:mm:ss day month year".
func clockSet(x *Exec, a parser.Args) {
	month := a.Get("month")
	if len(month) < 3 {
		x.Print("% Invalid month\n")
		return
	}
	text := a.Get("time") + " " + a.Get("day") + " " + strings.ToUpper(month[:1]) + strings.ToLower(month[1:3]) + " " + a.Get("year")
	date, err := time.Parse("15:04:05 2 Jan 2006", text)
	if err != nil {
		x.Print("% Invalid date\n")
		return
	}
	x.Device.Calendar().Set(x.Now, date)
}
