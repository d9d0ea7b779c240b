package sctp

// Since returns what was counted after earlier was taken of the same endpoint.
func (s Statistics) Since(earlier Statistics) Statistics {
	is, was := s.fields(), earlier.fields()
	for i := range is {
		*is[i] -= *was[i]
	}
	return s
}

// Since returns what was counted after earlier was taken of the same endpoint.
func (f Faults) Since(earlier Faults) Faults {
	is, was := f.fields(), earlier.fields()
	for i := range is {
		*is[i] -= *was[i]
	}
	return f
}

// Plus returns the sum of both.
func (s Statistics) Plus(other Statistics) Statistics {
	is, more := s.fields(), other.fields()
	for i := range is {
		*is[i] += *more[i]
	}
	return s
}

// Plus returns the sum of both.
func (f Faults) Plus(other Faults) Faults {
	is, more := f.fields(), other.fields()
	for i := range is {
		*is[i] += *more[i]
	}
	return f
}

func (s *Statistics) fields() []*uint64 {
	return []*uint64{
		&s.PacketsSent, &s.PacketsRcvd, &s.ControlSent, &s.ControlRcvd, &s.SacksSent, &s.SacksRcvd, &s.ErrorsRcvd,
		&s.DataSent, &s.DataRetransmitted, &s.DataPacketsSent, &s.FastRetransmits, &s.T3Expired, &s.MTULowered, &s.OrderedSent,
		&s.UnorderedSent, &s.MessagesSent, &s.BytesSent, &s.MessagesAcked, &s.DataRcvd, &s.DataPacketsRcvd, &s.DataDiscarded,
		&s.DuplicatesRcvd, &s.OutOfSequence, &s.OrderedRcvd, &s.UnorderedRcvd, &s.MessagesRcvd, &s.BytesRcvd,
	}
}

func (f *Faults) fields() []*uint64 {
	return []*uint64{
		&f.CommunicationLost, &f.AddressFailed, &f.Violations, &f.UnknownInitParams, &f.UnknownChunks, &f.StaleCookies, &f.NoRoom,
		&f.ControlDropped, &f.InvalidTags, &f.Checksums, &f.Malformed, &f.ForgedCookies, &f.StrayAddresses, &f.OutOfTheBlue, &f.FalseICMP,
	}
}

// Refused returns how many packets were refused, ICMP errors included.
func (f Faults) Refused() uint64 {
	return f.InvalidTags + f.Checksums + f.Malformed + f.ForgedCookies + f.StrayAddresses + f.OutOfTheBlue + f.FalseICMP
}

// Stray counts a packet that belongs to no association.
func (f *Faults) Stray(packet []byte) {
	if _, _, err := ParsePacket(packet); err != nil {
		f.unreadable(err)
		return
	}
	f.OutOfTheBlue++
}

// unreadable counts a packet that ParsePacket refused with err.
func (f *Faults) unreadable(err error) {
	if err == errChecksum {
		f.Checksums++
		return
	}
	f.Malformed++
}
