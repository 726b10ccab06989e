# A zip made on Windows has no executable bit, and the Functions host could not start the app.
[Console]::Error.WriteLine('x Deploy from Linux, macOS, WSL or the pipeline (azd deploy): a zip made on Windows loses the executable bit, and the app would not start.')
exit 1
