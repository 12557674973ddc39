package send

// maxSOCKSText bounds a name, a user and a password in SOCKS5: their length is one byte.
const maxSOCKSText = 255
