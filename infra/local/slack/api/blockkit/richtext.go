package blockkit

import "maps"

var (
	leafStyle = object(members{
		"bold": may(boolean), "italic": may(boolean), "strike": may(boolean), "code": may(boolean), "underline": may(boolean),
		"highlight": may(boolean), "client_highlight": may(boolean), "unlink": may(boolean),
	})
	leaves = list(0, 1<<20, tagged(map[string]rule{
		"text":      leaf(members{"text": need(str(1, 1<<20))}),
		"link":      leaf(members{"url": need(link), "text": may(str(1, 1<<20)), "unsafe": may(boolean)}),
		"user":      leaf(members{"user_id": need(id)}),
		"usergroup": leaf(members{"usergroup_id": need(id)}),
		"channel":   leaf(members{"channel_id": need(id)}),
		"broadcast": leaf(members{"range": need(among("here", "channel", "everyone"))}),
		"emoji":     leaf(members{"name": need(id), "skin_tone": may(whole(1, 6)), "unicode": may(id)}),
		"color":     leaf(members{"value": need(id)}),
		"date": leaf(members{
			"timestamp": need(whole(0, maxInt)), "format": need(str(1, 3000)), "timezone": may(id), "url": may(link), "fallback": may(str(1, 3000)),
		}),
	}))
	section = rich(nil, leaves)

	// richElements is what a rich_text block holds. Its text as a whole is not limited here.
	richElements = list(0, 1<<20, tagged(map[string]rule{
		"rich_text_section":      section,
		"rich_text_quote":        rich(members{"border": may(whole(0, 1))}, leaves),
		"rich_text_preformatted": rich(members{"border": may(whole(0, 1)), "language": may(id)}, leaves),
		"rich_text_list": rich(members{
			"style": need(among("bullet", "ordered")), "indent": may(whole(0, 8)), "offset": may(whole(0, maxInt)), "border": may(whole(0, 1)),
		}, list(0, 1<<20, tagged(map[string]rule{"rich_text_section": section}))),
	}))
)

func leaf(m members) rule {
	all := members{"type": need(kind), "style": may(leafStyle)}
	maps.Copy(all, m)
	return object(all)
}

func rich(m members, elements rule) rule {
	all := members{"type": need(kind), "elements": need(elements)}
	maps.Copy(all, m)
	return object(all)
}
