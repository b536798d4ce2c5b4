package template

func (l *loader) readSecret(r *resource) {
	o := l.properties(r, "")
	o.ignore("Name", "Description", "KmsKeyId", "Tags")
	s := Secret{LogicalID: r.id, Name: l.nameOf(r), ARN: l.fill(r, kinds[r.kind].ref)}
	if o.has("GenerateSecretString") {
		g := o.object("GenerateSecretString")
		s.Generate = &GenerateSecretString{
			Template:           g.text("SecretStringTemplate"),
			Key:                g.text("GenerateStringKey"),
			Length:             g.number("PasswordLength", 32, 1, 4096),
			ExcludeCharacters:  g.text("ExcludeCharacters"),
			ExcludePunctuation: g.flag("ExcludePunctuation"),
			ExcludeNumbers:     g.flag("ExcludeNumbers"),
			ExcludeUppercase:   g.flag("ExcludeUppercase"),
			ExcludeLowercase:   g.flag("ExcludeLowercase"),
			IncludeSpace:       g.flag("IncludeSpace"),
			RequireEachType:    !g.has("RequireEachIncludedType") || g.flag("RequireEachIncludedType"),
		}
		if (s.Generate.Template == "") != (s.Generate.Key == "") {
			l.failf(g.at, "%s: SecretStringTemplate and GenerateStringKey go together", o.what)
		}
		g.done()
	}
	if n := o.node("SecretString"); n != nil {
		value := o.scalar("SecretString", n)
		s.SecretString = &value
		if s.Generate != nil {
			l.failf(n, "%s: SecretString and GenerateSecretString exclude each other", o.what)
		}
	}
	o.done()
	l.out.Secrets = append(l.out.Secrets, s)
}
