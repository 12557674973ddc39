package send

// SetHeader replaces all lines of a header by one. Call it after Start, Redirect or
// a body, before Do; not on a frozen request.
func (x *Exchange) SetHeader(name string, value []byte) {
	x.dropHeader(name)
	x.AddHeader(name, value)
}
