package redundancy

import "time"

// Times and sizes. The first three are seen in captures (reference ha 3.5);
// the others are ours.
const (
	keepaliveInterval  = 4 * time.Second
	keepaliveThreshold = 7                // intervals of silence until the peer is given up
	notificationTimer  = 30 * time.Second // longest time without progress of a bulk copy
	defaultUpdate      = 10 * time.Second
	complaintInterval  = 30 * time.Second // one complaint about malformed messages stands for those that follow
	complaints         = 20               // log messages that the peer can cause in that time
	ackDelay           = 20 * time.Millisecond
	ackMessages        = 128                   // data messages that are acknowledged at once
	holeThreshold      = 7                     // keepalive intervals until what is missing is lost
	pumpInterval       = 10 * time.Millisecond // next try while something waits for room

	messagesAStep = 384     // sent in one step, so that a bulk copy does not stop the device
	unackedLimit  = 3072    // data messages in flight
	aheadLimit    = 4096    // data messages received beyond a hole
	expectLimit   = 1 << 20 // sessions that room is made for because the peer says so
	maxMessage    = 8192    // bytes of a data message; room that sending waits for
	minRecords    = 256     // bytes of room below which sending waits
	historyLimit  = 256
	switchovers   = 10 // entries of the switchover history, as IOS keeps
)

// Texts that no reachable source settles (reference ha 3.1, 3.3 to 3.5).
const (
	textSchemeActive = "%% Standby scheme configuration cannot be processed now group %s in active state"
	textSimplex      = "disabled (system is simplex (no peer unit))"
	textUnitStarts   = "disabled (this unit is still initializing)"
	textPeerStarts   = "disabled (the peer unit is still initializing)"
	textStandbyUnit  = "cannot be initiated from this the standby unit"
	textSwactEnabled = "Enabled"
	textReload       = "%% RF induced self-reload. my state = %s peer state = %s"
	interdevInit     = "RF_INTERDEV_STATE_INIT"
	interdevActive   = "RF_INTERDEV_STATE_ACT"
	interdevStandby  = "RF_INTERDEV_STATE_STDBY"
	interdevComm     = "RF_INTERDEV_PEER_COMM"
	interdevNoComm   = "RF_INTERDEV_PEER_NO_COMM"
	interdevUnknown  = "UNKNOWN"
	inspectClient    = "Firewall Inspect HA Client"
	inspectClientID  = 44
	lastClientID     = 65000
	unitLocal        = 1 // own number in the switchover history; the peer is 2
	unitPeer         = 2
)

// Progress and status codes of show redundancy history. 100, 300, 400, 401,
// 405, 503 and 512 are seen; 101 to 110 are assumed.
var progressCode = [states]code{
	Initialization: {100, "RF_PROG_INITIALIZATION"},
	StandbyCold:    {101, "RF_PROG_STANDBY_COLD"}, StandbyConfig: {102, "RF_PROG_STANDBY_CONFIG"},
	StandbyFilesys: {103, "RF_PROG_STANDBY_FILESYS"}, StandbyBulk: {104, "RF_PROG_STANDBY_BULK"},
	StandbyHot: {105, "RF_PROG_STANDBY_HOT"}, ActiveFast: {106, "RF_PROG_ACTIVE_FAST"},
	ActiveDrain: {107, "RF_PROG_ACTIVE_DRAIN"}, ActivePreconfig: {108, "RF_PROG_ACTIVE_PRECONFIG"},
	ActivePostconfig: {109, "RF_PROG_ACTIVE_POSTCONFIG"}, Active: {110, "RF_PROG_ACTIVE"},
}

var (
	codePeerPresence = code{400, "RF_STATUS_PEER_PRESENCE"}
	codePeerComm     = code{401, "RF_STATUS_PEER_COMM"}
	codeGoStandby    = code{512, "RF_EVENT_GO_STANDBY"}
)

type code struct {
	number int
	name   string
}
