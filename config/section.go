package config

// Section is a part of the listing. The printer goes through the sections in
// the order of these constants; each has its own rule for the "!" lines that
// close it (reference cli 5.3).
type Section uint8

// The sections of a 12.4(6)T listing, top to bottom.
const (
	SectionServices       Section = iota // version, service
	SectionHostname                      // hostname
	SectionBoot                          // boot-start-marker, boot system, boot-end-marker
	SectionSecurity                      // logging buffered, enable secret
	SectionInterDevice                   // redundancy inter-device
	SectionRedundancy                    // redundancy
	SectionIPC                           // ipc zone default
	SectionAAA                           // aaa new-model
	SectionResourcePolicy                // resource policy
	SectionPlatform                      // memory-size, network-clock-participate, clock, ip subnet-zero
	SectionIPGlobals                     // ip cef, ip dhcp excluded-address
	SectionDHCPPools                     // ip dhcp pool
	SectionInspect                       // ip domain, global ip inspect
	SectionGap                           // always empty; Layout says whether its "!" is printed
	SectionVoiceCard                     // voice-card
	SectionUsers                         // username, archive, crypto, class maps, track, key chains
	SectionInterfaces                    // interface
	SectionRouting                       // router
	SectionStaticRoutes                  // ip default-gateway, ip classless, ip route
	SectionFlow                          // ip flow, ip bgp-community
	SectionHTTP                          // ip http, ip nat
	SectionAccessLists                   // named lists; Order[0] parts standard from extended
	SectionManagement                    // logging hosts, numbered lists, snmp-server, ip sla
	SectionControlPlane                  // control-plane
	SectionBanners                       // banner
	SectionLines                         // line
	SectionScheduler                     // scheduler, ntp

	sectionCount // how many there are
)

// Place orders a line among its siblings: first Section (top level only, 0 in
// sub-modes), then Order element by element, then Text, for instance a name.
type Place struct {
	Section Section
	Order   [4]int
	Text    string
}

// Layout carries what the listing shows of the hardware.
type Layout struct {
	// NetworkModules is true when a network module slot is occupied. Routers
	// without one print the "!" of SectionGap (reference cli 5.2; assumed to be
	// the reason for the only line in which the two known listings differ).
	NetworkModules bool
}

// presence says when the closing "!" lines of a section are printed.
type presence uint8

const (
	always  presence = iota // even when the section is empty
	ifSet                   // only when the section printed something
	ifNoNet                 // only on a router without network modules
)

// parting says where "!" lines are printed inside a section.
type parting uint8

const (
	whole   parting = iota // nowhere
	byBlock                // after each block
	byGroup                // where Order[0] changes
)

// rule is the layout of one section.
type rule struct {
	marks    int // "!" lines that close the section
	when     presence
	parting  parting
	children int // blanks before the lines of a block in IOS style; 0 is one blank a level
}

// rules is the section table of reference cli 5.3. It belongs to one image:
// other images have other runs of "!" (reference cli 5.2).
var rules = [sectionCount]rule{
	SectionServices:       {marks: 1},
	SectionHostname:       {marks: 1},
	SectionBoot:           {marks: 1},
	SectionSecurity:       {marks: 1},
	SectionInterDevice:    {marks: 2, when: ifSet},
	SectionRedundancy:     {marks: 2, when: ifSet},
	SectionIPC:            {marks: 1, when: ifSet},
	SectionAAA:            {marks: 1},
	SectionResourcePolicy: {marks: 1},
	SectionPlatform:       {marks: 2},
	SectionIPGlobals:      {marks: 1},
	SectionDHCPPools:      {marks: 1, parting: byBlock, children: 3},
	SectionInspect:        {marks: 1},
	SectionGap:            {marks: 1, when: ifNoNet},
	SectionVoiceCard:      {marks: 1, when: ifSet},
	SectionUsers:          {marks: 1},
	SectionInterfaces:     {parting: byBlock},
	SectionRouting:        {parting: byBlock},
	SectionStaticRoutes:   {marks: 1},
	SectionFlow:           {marks: 1},
	SectionHTTP:           {marks: 1},
	SectionAccessLists:    {marks: 1, when: ifSet, parting: byGroup},
	SectionManagement:     {marks: 1, when: ifSet},
	SectionControlPlane:   {marks: 1},
	SectionBanners:        {marks: 1, when: ifSet},
	SectionLines:          {marks: 1},
	SectionScheduler:      {marks: 1},
}

// closing returns how many "!" lines end the section, printed being whether
// it printed a line.
func (r rule) closing(l Layout, printed bool) int {
	switch {
	case r.when == ifSet && !printed, r.when == ifNoNet && l.NetworkModules:
		return 0
	}
	return r.marks
}
