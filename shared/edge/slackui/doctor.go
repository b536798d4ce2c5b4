package slackui

// Looking says that a doctor is at work.
func (u UI) Looking() Message { return u.Plain("doctor.looking") }
