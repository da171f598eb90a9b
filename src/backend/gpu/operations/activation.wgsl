// The activation functions; formulas as in src/kernels/activation.rs. `activate` is that of this stage. `slope` is the
// derivative of the previous stage's, in terms of its value.

// LeCun's amplitude and slope, Efficient BackProp, section 4.4.
const AMPLITUDE = 1.7159;
const STEEPNESS = 2.0 / 3.0;
const LEAK = 0.01;

// Limits x to -bound..bound. Not clamp, which may turn NaN into a bound: NaN has to show in the loss.
fn within(x: vec4f, bound: f32) -> vec4f {
    return select(select(x, vec4f(bound), x > vec4f(bound)), vec4f(-bound), x < vec4f(-bound));
}

// Not WGSL's own, which overflows in some drivers: the rational approximation of degree 13/6 that the CPU has too.
fn hyperbolic_tangent(argument: vec4f) -> vec4f {
    let x = within(argument, 7.905311);
    let x2 = x * x;
    var p = vec4f(-2.7607685e-16);
    p = p * x2 + 2.000188e-13;
    p = p * x2 - 8.604672e-11;
    p = p * x2 + 5.122297e-8;
    p = p * x2 + 1.4857224e-5;
    p = p * x2 + 6.3726195e-4;
    p = p * x2 + 4.8935246e-3;
    var q = vec4f(1.1982584e-6);
    q = q * x2 + 1.1853471e-4;
    q = q * x2 + 2.2684346e-3;
    q = q * x2 + 4.893525e-3;
    return x * p / q;
}

fn activate(x: vec4f) -> vec4f {
#if ACTIVATION == RELU
    // Not max, for the same reason.
    return select(x, vec4f(), x < vec4f());
#end
#if ACTIVATION == LEAKY_RELU
    return select(x, LEAK * x, x < vec4f());
#end
#if ACTIVATION == TANH
    return hyperbolic_tangent(x);
#end
#if ACTIVATION == SCALED_TANH
    return AMPLITUDE * hyperbolic_tangent(STEEPNESS * x);
#end
#if ACTIVATION == SIGMOID
    return 1.0 / (1.0 + exp(-within(x, 87.0)));
#end
#if ACTIVATION == NONE
    return x;
#end
}

fn slope(a: vec4f) -> vec4f {
#if PREVIOUS_ACTIVATION == RELU
    return select(vec4f(), vec4f(1.0), a > vec4f());
#end
#if PREVIOUS_ACTIVATION == LEAKY_RELU
    return select(vec4f(LEAK), vec4f(1.0), a > vec4f());
#end
#if PREVIOUS_ACTIVATION == TANH
    return 1.0 - a * a;
#end
#if PREVIOUS_ACTIVATION == SCALED_TANH
    return STEEPNESS * (AMPLITUDE - a * a / AMPLITUDE);
#end
#if PREVIOUS_ACTIVATION == SIGMOID
    return a * (1.0 - a);
#end
#if PREVIOUS_ACTIVATION == NONE
    return vec4f(1.0);
#end
}
