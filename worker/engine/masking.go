package engine

// Masking hides the values of secrets in a text, as an engine does in all that it reports:
// for what others write about its run.
func Masking(secrets map[string]string) func(text string) string {
	return newMasker(secrets, nil).text
}
