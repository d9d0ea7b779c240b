package platform

import "slices"

// bay is a kind of slot.
type bay uint8

const (
	hwic bay = iota // HWIC slots of the 2800 and 3800, numbered 0/0, 0/1, ...
	nm              // network module slots of the 3700
	nme             // network module slots of the 2800 and 3800: nm and enhanced modules
	pa              // port adapter slots of the 7200
)

// takes reports whether a card made for b fits the bay.
func (have bay) takes(b bay) bool { return have == b || have == nme && b == nm }

// slot is a place for a card.
type slot struct {
	name  string // "0/1"
	bay   bay
	place string // how show inventory names it
}

// chassis is one row of the catalogue.
type chassis struct {
	id       string
	identity Identity
	onboard  []ports
	slots    []slot
	parts    []Part // before the cards; serial numbers are filled in
	byPlace  bool   // show inventory names a card by its place alone
	voice    bool   // has voice-card 0
	firstVTY int    // number of the line behind vty 0
}

func hwicSlots(n int) []slot {
	places := []slot{
		{"0/0", hwic, "Slot 0 SubSlot 0"},
		{"0/1", hwic, "Slot 0 SubSlot 1"},
		{"0/2", hwic, "Slot 0 SubSlot 2"},
		{"0/3", hwic, "Slot 0 SubSlot 3"},
	}
	return places[:n]
}

func moduleSlots(n int, b bay) []slot {
	places := []slot{{"1", b, "Slot 1"}, {"2", b, "Slot 2"}, {"3", b, "Slot 3"}, {"4", b, "Slot 4"}}
	return places[:n]
}

const (
	parity    = "DRAM configuration is 64 bits wide with parity enabled."
	bootstrap = "System Bootstrap, Version 12.3(11r)T2, RELEASE SOFTWARE (fc1)"
)

// catalogue holds every chassis. Names, memory and part numbers of the 3845
// are those of reference cli 4.1 and sample show-inventory-3845, memory lines
// of the others those of public captures. From memory: version letters of the
// other chassis, the number of the first vty line where it is not 322 (a line
// block of 64 for each slot, reference cli 2.4), and every 3725 flash size.
var catalogue = []chassis{
	{
		id: "c2811",
		identity: Identity{
			Family: "2800", Image: "C2800NM-ADVSECURITYK9-M",
			ROM:       "System Bootstrap, Version 12.4(13r)T, RELEASE SOFTWARE (fc1)",
			ImageFile: "flash:c2800nm-advsecurityk9-mz",
			Hardware:  "Cisco 2811 (revision 53.51) with 249856K/12288K bytes of memory.",
			Extra:     []string{"1 Virtual Private Network (VPN) Module", parity},
			NVRAM:     239, NVRAMLine: "239K bytes of non-volatile configuration memory.",
			Flash: "62720K bytes of ATA CompactFlash (Read/Write)", FlashBytes: 62720 << 10, Register: "0x2102", Product: 576,
		},
		onboard: []ports{{"FastEthernet", 2, Routed, "MV96340 Ethernet", fastCopper, routedPort}},
		slots:   append(hwicSlots(4), moduleSlots(1, nme)...),
		parts:   []Part{{Name: "2811 chassis", Descr: "2811 chassis", PID: "CISCO2811", VID: "V04"}},
		voice:   true, firstVTY: 130,
	},
	{
		id: "c3725",
		identity: Identity{
			Family: "3700", Image: "C3725-ADVSECURITYK9-M",
			ROM:       "ROMMON Emulation Microcode",
			ImageFile: "flash:c3725-advsecurityk9-mz",
			Hardware:  "Cisco 3725 (R7000) processor (revision 0.1) with 124928K/6144K bytes of memory.",
			CPU:       "R7000 CPU at 240MHz, Implementation 39, Rev 2.1, 256KB L2, 512KB L3 Cache",
			Extra:     []string{parity},
			NVRAM:     55, NVRAMLine: "55K bytes of NVRAM.",
			Flash: "16384K bytes of ATA System CompactFlash (Read/Write)", FlashBytes: 16384 << 10, Register: "0x2102", Product: 414,
		},
		onboard:  []ports{{"FastEthernet", 2, Routed, "Gt96k FE", fastCopper, routedPort}},
		slots:    moduleSlots(2, nm),
		parts:    []Part{{Name: "3725 chassis", Descr: "3725 chassis", VID: "0.1"}},
		firstVTY: 194,
	},
	{
		id: "c3825",
		identity: Identity{
			Family: "3800", Image: "C3825-ADVSECURITYK9-M",
			ROM: bootstrap, ImageFile: "flash:c3825-advsecurityk9-mz",
			Hardware: "Cisco 3825 (revision 1.2) with 485376K/38912K bytes of memory.",
			Extra:    []string{"1 Virtual Private Network (VPN) Module", parity},
			NVRAM:    479, NVRAMLine: "479K bytes of NVRAM.",
			Flash: "62720K bytes of ATA System CompactFlash (Read/Write)", FlashBytes: 62720 << 10, Register: "0x2102", Product: 543,
		},
		onboard: []ports{{"GigabitEthernet", 2, Routed, "BCM1125 Internal MAC", gigabitCopper, routedRJ45}},
		slots:   append(hwicSlots(4), moduleSlots(2, nme)...),
		parts:   []Part{{Name: "3825 chassis", Descr: "3825 chassis", PID: "CISCO3825", VID: "V05"}},
		voice:   true, firstVTY: 194,
	},
	{
		id: "c3845",
		identity: Identity{
			Family: "3800", Image: "C3845-ADVSECURITYK9-M",
			ROM: bootstrap, ImageFile: "flash:c3845-advsecurityk9-mz",
			Hardware: "Cisco 3845 (revision 1.0) with 485376K/38912K bytes of memory.",
			Extra:    []string{"1 Virtual Private Network (VPN) Module", parity},
			NVRAM:    479, NVRAMLine: "479K bytes of NVRAM.",
			Flash: "62720K bytes of ATA System CompactFlash (Read/Write)", FlashBytes: 62720 << 10, Register: "0x2102", Product: 544,
		},
		onboard: []ports{{"GigabitEthernet", 2, Routed, "BCM1125 Internal MAC", gigabitCopper, routedRJ45}},
		slots:   append(hwicSlots(4), moduleSlots(4, nme)...),
		parts: []Part{
			{Name: "3845 chassis", Descr: "3845 chassis", PID: "CISCO3845", VID: "V05"},
			{Name: "c3845 Motherboard with Gigabit Ethernet on Slot 0", Descr: "c3845 Motherboard with Gigabit Ethernet", PID: "CISCO3845-MB", VID: "V09"},
		},
		voice: true, firstVTY: 322,
	},
	{
		id: "c7200",
		identity: Identity{
			Family: "7200", Image: "C7200-ADVSECURITYK9-M",
			ROM:       "ROMMON Emulation Microcode",
			ImageFile: "disk0:c7200-advsecurityk9-mz",
			Hardware:  "Cisco 7206VXR (NPE400) processor (revision A) with 491520K/32768K bytes of memory.",
			CPU:       "R7000 CPU at 150MHz, Implementation 39, Rev 2.1, 256KB L2 Cache",
			NVRAM:     509, NVRAMLine: "509K bytes of NVRAM.",
			Flash: "8192K bytes of Flash internal SIMM (Sector size 256K).", FlashBytes: 8192 << 10, Register: "0x2102", Product: 222,
		},
		onboard: []ports{{"FastEthernet", 1, Routed, "DEC21140", fastCopper, Untouched{NoIPAddress: true, Shutdown: true, Duplex: true}}},
		slots: []slot{
			{"1", pa, "module 1"},
			{"2", pa, "module 2"},
			{"3", pa, "module 3"},
			{"4", pa, "module 4"},
			{"5", pa, "module 5"},
			{"6", pa, "module 6"},
		},
		parts: []Part{
			{Name: "Chassis", Descr: "Cisco 7206VXR, 6-slot chassis", PID: "CISCO7206VXR"},
			{Name: "NPE400 0", Descr: "Cisco 7200VXR Network Processing Engine NPE-400", PID: "NPE-400"},
			{Name: "module 0", Descr: "I/O FastEthernet (TX-ISL)", PID: "C7200-IO-FE-MII/RJ"},
		},
		byPlace: true, firstVTY: 2,
	},
}

// card is a module that goes into a slot.
type card struct {
	pid   string
	bay   bay
	wide  bool // covers the slot to its left, which has the lower number
	clock bool // its slot can take part in network clocking
	tty   bool // has a console line of its own towards the router
	ports []ports
	part  Part
}

// cards holds every module. Assumed: which have a "no
// network-clock-participate" line (the known listing shows it for an
// NM-2FE2W-V2 alone), "Hardware is" of modules, descriptions but those of the
// HWIC-4ESW, NM-16ESW and PA-2FE-TX.
var cards = []card{
	{
		pid: "HWIC-1GE-SFP", bay: hwic,
		ports: []ports{{"GigabitEthernet", 1, Routed, "PM-3387", "media type is SX", routedSFP}},
		part:  Part{Descr: "1 Port Gigabit Ethernet SFP", VID: "V01"},
	},
	{
		pid: "HWIC-4ESW", bay: hwic,
		ports: []ports{{"FastEthernet", 4, SwitchPort, "Fast Ethernet", fastCopper, switchedPort}},
		part:  Part{Descr: "4 Port FE Switch", VID: "V01"},
	},
	{
		pid: "HWIC-D-9ESW", bay: hwic, wide: true,
		ports: []ports{{"FastEthernet", 9, SwitchPort, "Fast Ethernet", fastCopper, switchedPort}},
		part:  Part{Descr: "9 Port FE Switch", VID: "V01"},
	},
	{
		pid: "NM-16ESW", bay: nm,
		ports: []ports{{"FastEthernet", 16, SwitchPort, "Fast Ethernet", fastCopper, switchedPort}},
		part:  Part{Descr: "16 Port 10BaseT/100BaseTX EtherSwitch", VID: "V01"},
	},
	{
		pid: "NM-1FE-TX", bay: nm,
		ports: []ports{{"FastEthernet", 1, Routed, "AmdFE", fastCopper, routedPort}},
		part:  Part{Descr: "One port Fastethernet TX", VID: "1.0"},
	},
	{
		pid: "NM-2FE2W-V2", bay: nm, clock: true,
		ports: []ports{{"FastEthernet", 2, Routed, "AmdFE", fastCopper, routedPort}},
		part:  Part{Descr: "Two port Fastethernet TX, 2 WIC slots", VID: "V01"},
	},
	{
		pid: "NME-16ES-1G-P", bay: nme, tty: true,
		ports: []ports{{"GigabitEthernet", 1, ServiceModule, "Internal GigabitEthernet", "media type is internal", moduleLink}},
		part:  Part{Descr: "16 Port 10/100 EtherSwitch Service Module with 1 Gigabit port", VID: "V01"},
	},
	{
		pid: "PA-2FE-TX", bay: pa,
		ports: []ports{{"FastEthernet", 2, Routed, "i82543 (Livengood)", fastCopper, routedPort}},
		part:  Part{Descr: "Dual Port FastEthernet (RJ45)"},
	},
	{
		pid: "PA-FE-TX", bay: pa,
		ports: []ports{{"FastEthernet", 1, Routed, "DEC21140", fastCopper, Untouched{NoIPAddress: true, Shutdown: true, Duplex: true}}},
		part:  Part{Descr: "I/O FastEthernet (TX-ISL)"},
	},
}

func findChassis(id string) *chassis {
	i := slices.IndexFunc(catalogue, func(c chassis) bool { return c.id == id })
	if i < 0 {
		return nil
	}
	return &catalogue[i]
}

func findCard(pid string) *card {
	i := slices.IndexFunc(cards, func(c card) bool { return c.pid == pid })
	if i < 0 {
		return nil
	}
	return &cards[i]
}

// Chassis returns the names that New takes.
func Chassis() []string {
	var out []string
	for _, c := range catalogue {
		out = append(out, c.id)
	}
	return out
}

// Modules returns the part numbers that fit any slot of the chassis; none for
// a chassis that does not exist.
func Modules(chassis string) []string {
	c := findChassis(chassis)
	if c == nil {
		return nil
	}
	var out []string
	for _, m := range cards {
		if slices.ContainsFunc(c.slots, func(s slot) bool { return s.bay.takes(m.bay) }) {
			out = append(out, m.pid)
		}
	}
	return out
}
