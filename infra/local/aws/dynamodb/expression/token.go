package expression

import "strings"

type tokenKind int

const (
	tokenEnd    tokenKind = iota
	tokenWord             // an attribute's or a function's name, or a keyword
	tokenName             // #name
	tokenValue            // :value
	tokenIndex            // digits
	tokenSymbol           // an operator or punctuation
	tokenWrong            // what can't be part of an expression
)

type token struct {
	kind       tokenKind
	text       string
	begin, end int
}

// is tells whether the token is a symbol, or a keyword in any case.
func (t token) is(what string) bool {
	return t.kind == tokenSymbol && t.text == what || t.kind == tokenWord && strings.EqualFold(t.text, what)
}

// scan cuts an expression into its tokens, of which the last is the end.
func scan(text string) []token {
	var all []token
	for at := 0; ; {
		for at < len(text) && strings.IndexByte(" \t\r\n", text[at]) >= 0 {
			at++
		}
		if at == len(text) {
			return append(all, token{kind: tokenEnd, text: "<EOF>", begin: at, end: at})
		}
		kind, length := scanOne(text[at:])
		all = append(all, token{kind: kind, text: text[at : at+length], begin: at, end: at + length})
		at += length
	}
}

func scanOne(text string) (kind tokenKind, length int) {
	for _, symbol := range []string{"<>", "<=", ">=", "<", ">", "=", "(", ")", "[", "]", ",", ".", "+", "-"} {
		if strings.HasPrefix(text, symbol) {
			return tokenSymbol, len(symbol)
		}
	}
	switch c := text[0]; {
	case c == '#' || c == ':':
		length = 1 + wordLength(text[1:])
		switch {
		case length == 1:
			return tokenWrong, 1
		case c == '#':
			return tokenName, length
		}
		return tokenValue, length
	case c >= '0' && c <= '9':
		length = wordLength(text)
		if strings.Trim(text[:length], "0123456789") != "" {
			return tokenWrong, length
		}
		return tokenIndex, length
	case c != '_' && wordRune(rune(c)):
		return tokenWord, wordLength(text)
	}
	return tokenWrong, 1
}

func wordLength(text string) int {
	if i := strings.IndexFunc(text, func(r rune) bool { return !wordRune(r) }); i >= 0 {
		return i
	}
	return len(text)
}

// wordRune tells whether a name or placeholder can have r in it.
func wordRune(r rune) bool {
	return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '_'
}
