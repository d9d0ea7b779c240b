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

func (s *Statistics) fields() []*uint64 {
	return []*uint64{
		&s.PacketsSent, &s.ControlSent, &s.ControlRcvd, &s.SacksSent, &s.SacksRcvd, &s.ErrorsRcvd, &s.UnknownChunks,
		&s.DataSent, &s.DataRetransmitted, &s.DataPacketsSent, &s.FastRetransmits, &s.T3Expired, &s.MTULowered, &s.OrderedSent,
		&s.UnorderedSent, &s.MessagesSent, &s.BytesSent, &s.MessagesAcked, &s.DataRcvd, &s.DataDiscarded,
		&s.DuplicatesRcvd, &s.OutOfSequence, &s.OrderedRcvd, &s.UnorderedRcvd, &s.MessagesRcvd, &s.BytesRcvd,
	}
}

func (f *Faults) fields() []*uint64 {
	return []*uint64{
		&f.CommunicationLost, &f.AddressFailed, &f.UnknownInitParams, &f.InvalidTags, &f.NoRoom, &f.Malformed,
		&f.OutOfTheBlue, &f.ControlDropped, &f.FalseICMP,
	}
}
