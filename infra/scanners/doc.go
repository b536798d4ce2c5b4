// Package scanners holds what keeps app passwords out of repositories: a rule for gitleaks, a custom pattern for GitHub's secret scanning, and
// a pre-receive hook for git. README.md says how each is put to use. The package has tests only.
//
// # What is promised
//
// Each finds every app password of shared/core/password/testdata/vectors.json in the forms that it names, and none of the near misses: a
// character too few or too many, or one that is not of the alphabet. The hook also computes the check characters, so that it refuses what
// may work and lets the rest pass, and never repeats what it has found.
//
// # What may be changed here
//
// The patterns follow the formats of package password. Scanners of others read them: they stay in what RE2 and Hyperscan both understand,
// without looking ahead or back.
package scanners
