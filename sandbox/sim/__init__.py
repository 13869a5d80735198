"""Clock, loop, chance, injection points and trace: the kernel everything stands on."""
