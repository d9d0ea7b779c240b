package hsrp_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tandem/hsrp"
	"tandem/wire"
)

func authentication(a hsrp.Authentication) func(*hsrp.GroupConfig) {
	return func(c *hsrp.GroupConfig) { c.Authentication = a }
}

// signedBy is an Active hello of 10.0.0.9 that a key of a number signed.
func signedBy(id uint32, key string) []byte {
	m := message(func(m *wire.HSRP) { m.Priority = 200 })
	m.MD5 = wire.HSRPMD5{Sender: wire.MustAddr("10.0.0.9"), KeyID: id}
	return m.AppendSigned(nil, key)
}

func (d *device) hearBytes(payload []byte) {
	d.step(hsrp.Heard{At: d.now, Interface: gi00, Source: wire.MustAddr("10.0.0.9"), MAC: wire.MAC{2, 9}, Payload: payload})
}

// count returns how many lines of the trace hold a text.
func (d *device) count(text string) (n int) {
	for _, l := range d.trace {
		if strings.Contains(l, text) {
			n++
		}
	}
	return n
}

// A group whose key chain has no key now goes through its states in silence,
// and leaves no last words; with a key it speaks.
func TestNoKeyToSignWith(t *testing.T) {
	d := newDevice(t, "10.0.0.2")
	d.noDelay()
	chain := hsrp.Authentication{Kind: wire.HSRPAuthMD5, KeyChain: "keys"}
	d.group(config(authentication(chain)))
	d.up()
	d.until(25 * second)
	require.Equal(t, hsrp.Active, d.state())
	require.Empty(t, said(d.actions, 1))
	require.Zero(t, d.status().Counters.Sent[wire.HSRPHello])
	require.Empty(t, d.r.LastWords())
	require.Equal(t, 1, d.count("%HSRP-4-NOKEY: GigabitEthernet0/0 Grp 1 key chain keys has no key that is valid for sending"))
	require.Greater(t, d.count("HSRP: Gi0/0 Grp 1 no key of key chain keys is valid for sending"), 10)
	d.hearBytes(signedBy(0, ""))
	require.Equal(t, hsrp.Active, d.state())
	require.Equal(t, 1, d.count("HSRP: Gi0/0 Grp 1 Auth failed for Hello pkt from 10.0.0.9"))

	chain.Key, chain.KeyID, chain.Chain = "hush", 7, []hsrp.Key{{ID: 7, Text: "hush"}}
	d.group(config(authentication(chain)))
	require.Len(t, d.r.LastWords(), 1)
	d.until(d.now + second)
	require.Len(t, said(d.actions, 1), 1)
	d.hearBytes(signedBy(8, "hush"))
	require.Equal(t, hsrp.Active, d.state(), "the number of another key")
	d.hearBytes(signedBy(7, "hush"))
	require.Equal(t, hsrp.Speak, d.state())
}

// No key is no former key: nothing signed without one is believed, whatever
// the timeout of its successor.
func TestNoKeyIsNoFormerKey(t *testing.T) {
	d := newDevice(t, "10.0.0.2")
	d.noDelay()
	d.group(config(authentication(hsrp.Authentication{Kind: wire.HSRPAuthMD5, KeyChain: "keys"})))
	d.up()
	d.until(12 * second)
	d.group(config(authentication(hsrp.Authentication{Kind: wire.HSRPAuthMD5, Key: "hush", Timeout: time.Minute})))
	d.hearBytes(signedBy(0, ""))
	require.Equal(t, hsrp.Active, d.state())
	d.hearBytes(signedBy(0, "hush"))
	require.Equal(t, hsrp.Speak, d.state())
}
