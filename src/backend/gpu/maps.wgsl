// Where numbers lie in maps, for kernels in which a thread computes one number of one quad.

struct Unit {
    channel: u32,
    y: u32,
    x: u32,
    quad: u32,
    // Its place in the order [channel][row][column].
    number: u32,
}

// The number that a thread computes of maps of this size; threads beyond the last have a channel beyond IN_CHANNELS.
fn unit_of(thread: u32, height: u32, width: u32) -> Unit {
    let number = thread / settings.quads;
    return Unit(number / (height * width), number / width % height, number % width, thread % settings.quads, number);
}

fn in_place(channel: u32, y: u32, x: u32, quad: u32) -> u32 {
    return (channel * IN_AREA + (y + IN_BORDER) * IN_ROW + x + IN_BORDER) * QUADS + quad;
}

fn out_place(channel: u32, y: u32, x: u32, quad: u32) -> u32 {
    return (channel * OUT_AREA + (y + OUT_BORDER) * OUT_ROW + x + OUT_BORDER) * QUADS + quad;
}

fn d_place(channel: u32, y: u32, x: u32, quad: u32) -> u32 {
    return (channel * D_AREA + (y + D_BORDER) * D_ROW + x + D_BORDER) * QUADS + quad;
}
