package main

import (
	"net/netip"
	"strings"
)

// browserOf names a browser by its User-Agent, for the eyes of who has it in front of them: "Firefox on Windows". Nothing is decided by it.
// Empty is unknown.
func browserOf(userAgent string) string {
	// The order matters: most claim to be Safari and Chrome as well.
	program := first(userAgent, "Edg", "Edge", "OPR", "Opera", "SamsungBrowser", "Samsung Internet", "Firefox", "Firefox", "FxiOS", "Firefox",
		"CriOS", "Chrome", "Chrome", "Chrome", "Safari", "Safari")
	system := first(userAgent, "iPhone", "an iPhone", "iPad", "an iPad", "Android", "Android", "Windows", "Windows", "Mac OS X", "a Mac",
		"CrOS", "a Chromebook", "Linux", "Linux")
	switch {
	case program == "":
		return ""
	case system == "":
		return program
	}
	return program + " on " + system
}

// first is the name of the first sign that is in the text; signs and names take turns.
func first(text string, pairs ...string) string {
	for i := 0; i+1 < len(pairs); i += 2 {
		if strings.Contains(text, pairs[i]) {
			return pairs[i+1]
		}
	}
	return ""
}

// networkOf is the address of the peer, without its port.
func networkOf(remote string) string {
	peer, err := netip.ParseAddrPort(remote)
	if err != nil {
		return ""
	}
	return peer.Addr().Unmap().String()
}
