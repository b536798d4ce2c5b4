package credential

import "slices"

// MaxKnown is how many networks are remembered as their owner's, and of how many attempts it is remembered that they were told.
const MaxKnown = 16

// Remembered is what is remembered with one more, the newest last; of more than [MaxKnown] the oldest goes.
func Remembered(all []string, one string) []string {
	all = append(slices.Clone(all), one)
	return all[max(0, len(all)-MaxKnown):]
}

// Knows reports whether a network is no news, although the present password was never used from there: the owner has said that it is theirs,
// or what a rotation has replaced was used from there.
func (c Credential) Knows(network string) bool {
	return slices.Contains(c.Known, network) ||
		slices.ContainsFunc(c.Former.Uses, func(u Use) bool { return u.Network == network })
}
