"""The table behind ``mutate_rules``: every rule, schedule and what they share, each broken in several ways.

A break is one symbol or one thought: the place of an ε, a sign, a bound, a memory that is not kept. What
only changes what a search costs (how a bracket shrinks, say) is bounded by SciPy's counts, and not here.
"""

from __future__ import annotations

from typing import NamedTuple


class Break(NamedTuple):
    """What a break means in words, and the text that it replaces."""

    means: str
    old: str
    new: str


# fmt: off
BREAKS: dict[str, list[Break]] = {
    # Rules, by key
    "gradient_descent": [
        Break("walks uphill", "return -rate * g", "return rate * g"),
        Break("a hidden factor ½", "return -rate * g", "return -0.5 * rate * g"),
        Break("walks one way only: |g|", "return -rate * g", "return -rate * abs(g)"),
        Break("states half its bound", "return 2.0 / curvature", "return 1.0 / curvature"),
    ],
    "normalised": [
        Break("walks uphill", "(x - rate * u_x, y - rate * u_y)", "(x + rate * u_x, y + rate * u_y)"),
        Break("as long as the gradient", "_, (u_x, u_y) = polar(*surface.gradient(x, y))",
              "u_x, u_y = surface.gradient(x, y)"),
        Break("a hidden factor ½", "(x - rate * u_x, y - rate * u_y)",
              "(x - 0.5 * rate * u_x, y - 0.5 * rate * u_y)"),
    ],
    "momentum": [
        Break("gradients push uphill", "- rate * g", "+ rate * g"),
        Break("gradients are damped by 1 − μ", "- rate * g", "- (1.0 - self.momentum) * rate * g"),
        Break("stores g instead of ηg", "- rate * g\n        return velocity, (velocity,)",
              "- g\n        return rate * velocity, (velocity,)"),
        Break("moves by the old velocity", "return velocity, (velocity,)", "return state[0], (velocity,)"),
        Break("forgets its velocity", "return velocity, (velocity,)", "return velocity, state"),
        Break("states a bound that falls with μ", "2.0 * (1.0 + self.momentum)",
              "2.0 * (1.0 - self.momentum)"),
    ],
    "averaged_momentum": [
        Break("gradients at full weight", "(1.0 - self.momentum) * g", "g"),
        Break("the two weights swapped", "self.momentum * mean + (1.0 - self.momentum) * g",
              "(1.0 - self.momentum) * mean + self.momentum * g"),
        Break("stores ηg instead of g", "(1.0 - self.momentum) * g\n        return -rate * mean",
              "(1.0 - self.momentum) * rate * g\n        return -mean"),
        Break("states momentum's bound", "/ (1.0 - self.momentum) / curvature", "/ curvature"),
    ],
    "nesterov": [
        Break("does not look ahead", "surface.gradient(x + kept_x, y + kept_y)", "surface.gradient(x, y)"),
        Break("looks ahead by v, not μv", "surface.gradient(x + kept_x, y + kept_y)",
              "surface.gradient(x + v_x, y + v_y)"),
        Break("looks ahead along one axis only", "x + kept_x, y + kept_y", "x + kept_x, y"),
        Break("forgets its velocity", "y + v_y), ((v_x,), (v_y,))", "y + v_y), state"),
        Break("states momentum's bound", "((1.0 + 2.0 * self.momentum) * curvature)", "curvature"),
    ],
    "adagrad": [
        Break("ε inside the root", "(sqrt(squares) + self.epsilon)", "sqrt(squares + self.epsilon)"),
        Break("forgets a hundredth a step", "squares + g * g", "0.99 * squares + g * g"),
        Break("no root", "sqrt(squares)", "squares"),
        Break("adds |g| instead of g²", "g * g", "abs(g)"),
        Break("RMSprop's usual ε", "epsilon(1e-10)", "epsilon(1e-8)"),
    ],
    "full_matrix_adagrad": [
        Break("the diagonal alone", "xy + g_x * g_y", "xy"),
        Break("forgets a hundredth a step", "xx + g_x * g_x", "0.99 * xx + g_x * g_x"),
        Break("the determinant is not kept", "((), (), (xx, xy, yy, determinant))",
              "((), (), (xx, xy, yy, 0.0 * determinant))"),
        Break("the root's trace is G's", " + 2.0 * delta)", ")"),
        Break("no ε beside the root", "self.epsilon * (self.epsilon + tau) + delta",
              "self.epsilon * tau + delta"),
        Break("the inverse of G instead of its root's", "delta = sqrt(determinant)", "delta = determinant"),
        Break("its own gradient counts before it has to cancel",
              "a_x, a_y = yy * g_x - xy * g_y, xx * g_y - xy * g_x",
              "a_x = (yy + g_y * g_y) * g_x - (xy + g_x * g_y) * g_y\n"
              "        a_y = (xx + g_x * g_x) * g_y - (xy + g_x * g_y) * g_x"),
        Break("RMSprop's usual ε", "epsilon(1e-10)", "epsilon(1e-8)"),
        Break("level ground has no value", "where(tau > 0.0, tau, 1.0)", "tau"),
    ],
    "rmsprop": [
        Break("ε inside the root", "(sqrt(squares) + self.epsilon)", "sqrt(squares + self.epsilon)"),
        Break("squares at full weight", "(1.0 - self.decay) * g * g", "g * g"),
        Break("forgets nothing", "self.decay * squares", "squares"),
        Break("the two weights swapped", "self.decay * squares + (1.0 - self.decay) * g * g",
              "(1.0 - self.decay) * squares + self.decay * g * g"),
    ],
    "adadelta": [
        Break("ε outside the upper root", "sqrt(steps + self.epsilon)", "(sqrt(steps) + self.epsilon)"),
        Break("ε outside the lower root", "sqrt(squares + self.epsilon)", "(sqrt(squares) + self.epsilon)"),
        Break("remembers steps times η", "* change * change", "* (rate * change) * (rate * change)"),
        Break("remembers gradients instead of steps", "* change * change", "* g * g"),
        Break("upside down", "-sqrt(steps + self.epsilon) / sqrt(squares + self.epsilon)",
              "-sqrt(squares + self.epsilon) / sqrt(steps + self.epsilon)"),
        Break("moves by its own step whatever η", "return rate * change", "return 1.0 * change"),
    ],
    "adam": [
        Break("the switch works the wrong way round", "if not self.bias_correction",
              "if self.bias_correction"),
        Break("the correction is one step ahead", "mean, squares, rate, k)", "mean, squares, rate, k + 1)"),
        Break("without correction: ε inside the root", "(sqrt(squares) + self.epsilon)",
              "sqrt(squares + self.epsilon)"),
        Break("without correction: no root", "sqrt(squares)", "squares"),
        Break("keeps the mean for the squares", "k), (mean, squares)", "k), (mean, mean)"),
    ],
    "rules/adam.py:_averages": [
        Break("β₁ in both averages", "(1.0 - rule.beta2) * g", "(1.0 - rule.beta1) * g"),
        Break("β₂ in both averages", "mean = rule.beta1", "mean = rule.beta2"),
        Break("gradients at full weight", "mean += (1.0 - rule.beta1) * g", "mean += g"),
        Break("averages g instead of g²", "square *= g", "square *= 1.0"),
        Break("remembers no squares", "squares += square", "squares = square"),
    ],
    "rules/adam.py:_corrected_step": [
        Break("ε inside the root", "length = sqrt(squares)\n    length += rule.epsilon * root",
              "length = sqrt(squares + rule.epsilon * root * root)"),
        Break("ε next to the uncorrected root", "rule.epsilon * root", "rule.epsilon"),
        Break("m without its hat", " / (1.0 - rule.beta1**k)", ""),
        Break("s without its hat", "root = sqrt(1.0 - rule.beta2**k)", "root = 1.0"),
        Break("s corrected without a root", "root = sqrt(1.0 - rule.beta2**k)", "root = 1.0 - rule.beta2**k"),
        Break("m corrected by β₂", "rule.beta1**k", "rule.beta2**k"),
    ],
    "adamw": [
        Break("no decay", "class AdamW(DecoupledDecay)", "class AdamW(Elementwise)"),
        Break("the correction is one step ahead", "mean, squares, rate, k)", "mean, squares, rate, k + 1)"),
        Break("the mean instead of its squares below", "mean, squares, rate, k)",
              "mean, mean * mean, rate, k)"),
    ],
    "optimizer.py:DecoupledDecay": [
        Break("weights grow", "1.0 - rate *", "1.0 + rate *"),
        Break("decay without η", "1.0 - rate * self", "1.0 - self"),
        Break("the new weights decay instead of the old",
              "point[0] * kept + change[0], point[1] * kept + change[1]",
              "(point[0] + change[0]) * kept, (point[1] + change[1]) * kept"),
        Break("one weight does not decay", "point[1] * kept", "point[1]"),
    ],
    "amsgrad": [
        Break("the last average instead of the largest", "maximum(largest, squares)", "squares"),
        Break("the maximum is taken after the correction",
              "maximum(largest, squares)\n        return _corrected_step(self, mean, largest,",
              "maximum(largest, squares / (1.0 - self.beta2**k))\n"
              "        return _corrected_step(self, mean, largest * (1.0 - self.beta2**k),"),
        Break("the maximum is what is averaged", "(mean, squares, largest)", "(mean, largest, largest)"),
        Break("the largest is forgotten", "(mean, squares, largest)", "(mean, squares, squares)"),
    ],
    "adamax": [
        Break("no ε", "abs(g) + self.epsilon", "abs(g)"),
        Break("ε outside the maximum", "maximum(self.beta2 * largest, abs(g) + self.epsilon)",
              "maximum(self.beta2 * largest, abs(g)) + self.epsilon"),
        Break("the largest is never forgotten", "self.beta2 * largest", "largest"),
        Break("the last gradient instead of the largest",
              "maximum(self.beta2 * largest, abs(g) + self.epsilon)", "abs(g) + self.epsilon"),
        Break("m without its hat", " / (1.0 - self.beta1**k)", ""),
    ],
    "nadam": [
        Break("the memory starts at 0", "1.0 - 0.5 * share", "1.0 - share"),
        Break("0.95 for 0.96", "0.96 **", "0.95 **"),
        Break("ψ does nothing", "(k * self.momentum_decay)", "k"),
        Break("no look ahead", "self._memory(k + 1)", "self._memory(k)"),
        Break("both parts by the next correction", "g / correction", "g / following"),
        Break("ε inside the root",
              "length = sqrt(squares / (1.0 - self.beta2**k))\n"
              "        return -rate * looked / (length + self.epsilon)",
              "length = sqrt(squares / (1.0 - self.beta2**k) + self.epsilon)\n"
              "        return -rate * looked / length"),
        Break("s without its hat", "squares / (1.0 - self.beta2**k)", "squares"),
        Break("the product of memories is not kept", "(mean, squares, correction)",
              "(mean, squares, 1.0 - now + 0.0 * g)"),
    ],
    "radam": [
        Break("trusts from 4 on", "length > 5.0", "length > 4.5"),
        Break("never trusts", "length > 5.0", "length > 5e9"),
        Break("ε next to the corrected root",
              "sqrt(squares) + self.epsilon", "sqrt(squares) + self.epsilon * sqrt(1.0 - missing)"),
        Break("the length grows twice as fast", "2.0 * k * missing", "k * missing"),
        Break("4 for 2", "(length - 4.0) * (length - 2.0)", "(length - 4.0) * (length - 4.0)"),
        Break("m without its hat while it does not trust", "-rate * corrected * scale",
              "-rate * where(known, corrected, mean) * scale"),
        Break("no scale but not a whole step either", "1.0 - missing)), 1.0)", "1.0 - missing)), 0.5)"),
        Break("r without its root", "sqrt(trust * (1.0 - missing))", "trust * sqrt(1.0 - missing)"),
    ],
    "lion": [
        Break("no sign", "sign(self.beta1 * mean + (1.0 - self.beta1) * g)",
              "(self.beta1 * mean + (1.0 - self.beta1) * g)"),
        Break("the mean alone decides", "sign(self.beta1 * mean + (1.0 - self.beta1) * g)", "sign(mean)"),
        Break("β₂ in the direction", "sign(self.beta1 * mean + (1.0 - self.beta1) * g)",
              "sign(self.beta2 * mean + (1.0 - self.beta2) * g)"),
        Break("β₁ in the memory", "(self.beta2 * mean + (1.0 - self.beta2) * g,)",
              "(self.beta1 * mean + (1.0 - self.beta1) * g,)"),
        Break("no decay", "class Lion(DecoupledDecay)", "class Lion(Elementwise)"),
    ],
    "rprop": [
        Break("grows by 1.3", "1.2, where", "1.3, where"),
        Break("does not shrink", "0.5, 1.0)", "1.0, 1.0)"),
        Break("moves where the sign turned", "return -sign(g)",
              "return -sign(g + where(turn < 0.0, -last, 0.0))"),
        Break("remembers the gradient that turned",
              "g = where(turn < 0.0, 0.0 * g, g)\n        return -sign(g) * size, (g, size)",
              "return -sign(where(turn < 0.0, 0.0 * g, g)) * size, (g, size)"),
        Break("the gradient's size counts", "return -sign(g) * size", "return -g * size"),
        Break("sizes have no bounds",
              "clip(where(turn > 0.0, 1.2, where(turn < 0.0, 0.5, 1.0)) * size, *_SIZES)",
              "where(turn > 0.0, 1.2, where(turn < 0.0, 0.5, 1.0)) * size"),
        Break("η is added at every step", "where(k == 1, ", "where(k >= 1, "),
    ],
    "rules/sign_based.py:_SIZES": [
        Break("a larger upper bound", "50.0", "500.0"),
        Break("a larger lower bound", "1e-6", "1e-5"),
    ],
    "quickprop": [
        Break("a secant of the wrong sign", "where(level, 1.0, last - g)", "where(level, 1.0, g - last)"),
        Break("a bare secant", "where(steep, _GROWTH * step, secant)", "secant"),
        Break("the gradient always joins in", "where(kept, rate * g, 0.0 * g)", "rate * g"),
        Break("the gradient never joins in", "where(kept, rate * g, 0.0 * g)", "0.0 * g"),
        Break("does not start again after a step of 0", "where(step == 0.0,", "where(k == 1,"),
        Break("turned slopes grow too", "kept & (abs(g)", "(abs(g)"),
    ],
    "rules/sign_based.py:_GROWTH": [
        Break("grows by 2", "1.75", "2.0"),
    ],
    "rules/sign_based.py:_SHRINK": [
        Break("any slope that has shrunk may jump", "_GROWTH / (1.0 + _GROWTH)", "_GROWTH / _GROWTH"),
    ],
    "sharpness_aware": [
        Break("goes down before it looks", "x + climb * g_x, y + climb * g_y",
              "x - climb * g_x, y - climb * g_y"),
        Break("climbs further the steeper it is", "self.radius / where(length > 0.0, length, 1.0)",
              "self.radius"),
        Break("does not climb", "x + climb * g_x, y + climb * g_y", "x, y"),
        Break("stays where it climbed to", "return (x - rate * g_x,",
              "return (x + climb * g_x - rate * g_x,"),
        Break("says it costs one gradient", "(0, 2, 0)", "(0, 1, 0)"),
    ],
    "schedule_free": [
        Break("β the wrong way round", "1.0 - self.interpolation", "self.interpolation"),
        Break("the start counts as well", "lead_x / k, lead_y / k", "lead_x / (k + 1), lead_y / (k + 1)"),
        Break("the lead is not measured from the mean", "(lead_x - moved_x,)", "(lead_x,)"),
        Break("no mean: follows the lead", "lead_x / k, lead_y / k", "lead_x, lead_y"),
        Break("the gradient is taken at the mean", "x + share * lead_x, y + share * lead_y", "x, y"),
    ],
    "newton": [
        Break("jumps away", "(x - rate * s_x,", "(x + rate * s_x,"),
        Break("always the full step", "(x - rate * s_x, y - rate * s_y)", "(x - s_x, y - s_y)"),
        Break("the safeguard is always on", "self.safeguard > 0.0", "self.safeguard >= 0.0"),
        Break("the safeguard is never on", "self.safeguard > 0.0", "self.safeguard > 1e9"),
        Break("says it asks for no Hessian", "(0, 1, 1)", "(0, 1, 0)"),
        Break("its bound ignores the safeguard", "max(curvature, self.safeguard)", "curvature"),
    ],
    "rules/second_order.py:_solve": [
        Break("a sum for a determinant", "xx * yy - xy * xy", "xx * yy + xy * xy"),
    ],
    "rules/second_order.py:_over": [
        Break("one sign of Cramer's rule", "(yy * g[0] - xy * g[1])", "(yy * g[0] + xy * g[1])"),
    ],
    "rules/second_order.py:_newton_step": [
        Break("a sum for a determinant", "h[0] * h[2] - h[1]", "h[0] * h[2] + h[1]"),
    ],
    "rules/second_order.py:_singular": [
        Break("no H is singular", "abs(product - square) <=", "abs(product - square) < -"),
        Break("every H is singular", "abs(product - square) <=", "abs(product - square) >="),
        Break("singular to the last bit only", "_ROUNDING * (abs(product) + square)", "0.0"),
        Break("the rounding of a sum for that of a determinant", "product - square", "product + square"),
    ],
    "rules/second_order.py:_shortest_step": [
        Break("solves what cannot be solved", "_ROUNDING * noise", "1.0 / _ROUNDING"),
        Break("g is exact", "_ROUNDING * noise", "0.0 * noise"),
        Break("only g itself is rounded", " + largest * (abs(point[0]) + abs(point[1]))", ""),
        Break("no unit", "where(largest > 0.0, largest, 1.0)", "where(largest > 0.0, 1.0, 1.0)"),
        Break("where H is 0 there is no value", "where(largest > 0.0, xx + yy, 1.0)", "xx + yy"),
        Break("half the step", "(trace * unit), p_y", "(2.0 * trace * unit), p_y"),
    ],
    "rules/second_order.py:_absolute_solve": [
        Break("the lower eigenvalue keeps its sign", "abs(mean - radius)", "(mean - radius)"),
        Break("the higher eigenvalue keeps its sign", "abs(mean + radius)", "(mean + radius)"),
        Break("no least for the lower", "maximum(abs(mean - radius), least)", "abs(mean - radius)"),
        Break("the two swapped", "0.5 * (high - low)", "0.5 * (low - high)"),
        Break("turned the other way", "half / divisor, xy / divisor", "half / divisor, -xy / divisor"),
    ],
    "levenberg_marquardt": [
        Break("λ grows after success and falls after failure", "where(better, 0.1, 10.0)",
              "where(better, 10.0, 0.1)"),
        Break("λ halves after success", "where(better, 0.1, 10.0)", "where(better, 0.5, 10.0)"),
        Break("λ doubles after failure", "where(better, 0.1, 10.0)", "where(better, 0.1, 2.0)"),
        Break("λ has no bounds", "clip(where(better, 0.1, 10.0) * damping, *_DAMPINGS)",
              "where(better, 0.1, 10.0) * damping"),
        Break("takes every trial", "choose(better, trial, point)", "trial"),
        Break("refuses a trial that is as good", "loss <= value", "loss < value"),
        Break("knows no residuals", "surface.gauss_newton or surface.hessian", "surface.hessian"),
        Break("loads one entry only", "yy + load)", "yy)"),
        Break("starts from no damping", "damping + self.damping", "damping"),
        Break("records λ for what was loaded", "damping, load, xx", "damping, damping, xx"),
        Break("scales the diagonal as Marquardt did", "(xx + load, xy, yy + load)",
              "(xx + load * xx, xy, yy + load * yy)"),
        Break("no more load for an indefinite matrix", "maximum(sqrt(half * half + xy * xy) - mean, 0.0)",
              "0.0"),
        Break("the loss of the last batch", "(surface.value(*point), *shared, 0.0", "(_, *shared, 0.0"),
        Break("the gradient of the last batch", "0.0 * accepted + 1.0", "0.0 * accepted"),
        Break("asks again after a rejection", "accepted > 0.0", "accepted >= 0.0"),
        Break("remembers the loss of a rejected trial", "where(better, loss, value), damping",
              "loss, damping"),
    ],
    "bfgs": [
        Break("searches along +Bg", "direction = (-(xx", "direction = ((xx"),
        Break("B is not scaled to the first curvature", "if k == 1:\n            squares",
              "if k == 0:\n            squares"),
        Break("B is changed where the curvature says nothing", "choose(curved, updated, (xx, xy, yy))",
              "updated"),
        Break("one turn instead of two", "- 2.0 * r * s[0] * b_u[0]", "- r * s[0] * b_u[0]"),
        Break("no ssᵀ/s·u", "r * (1.0 + r * _dot(u, b_u))", "r * r * _dot(u, b_u)"),
        Break("changes of the gradient for steps off the diagonal", "growth * s[0] * s[1] - r",
              "growth * u[0] * s[1] - r"),
        Break("the new gradient is not remembered", "return found.point, ((g_x,), (g_y,),",
              "return found.point, ((g[0],), (g[1],),"),
    ],
    "rules/quasi_newton.py:_CURVED": [
        Break("hardly any curvature counts", "1e-10", "0.9"),
    ],
    "rules/quasi_newton.py:_unit_length": [
        Break("always 1 long", "maximum(sqrt(_dot(g, g)), 1.0)", "sqrt(_dot(g, g))"),
    ],
    "rules/quasi_newton.py:_first_length": [
        Break("the first step may be of any length", "_unit_length(g) if k == 1", "1.0 if k == 1"),
        Break("repeats a search that failed", "where(last == 0.0, 0.0, 1.0)", "1.0"),
    ],
    "rules/quasi_newton.py:_opening": [
        Break("asks for what it knows", "if k == 1 else", "if k else"),
        Break("evaluates the loss twice", "return (surface.value(*point), surface",
              "surface.value(*point)\n    return (surface.value(*point), surface"),
    ],
    "rules/quasi_newton.py:_asked_anew": [
        Break("the gradient of the last batch", "(g_x, *past_x), (g_y, *past_y),", "state[0], state[1],"),
        Break("the loss of the last batch", "(surface.value(*point), *kept,", "(_, *kept,"),
        Break("what failed on the last batch has failed on this one", "0.0 * length + 1.0", "length"),
    ],
    "lbfgs": [
        Break("always remembers ten pairs", "int(self.memory)", "_MOST_PAIRS"),
        Break("the oldest pair first", "for s, u in pairs:", "for s, u in reversed(pairs):"),
        Break("the second loop adds", "(weight - back) * s[0]", "(weight + back) * s[0]"),
        Break("no scale in the middle", "where(filled, curvature / where(filled, squares, 1.0), 1.0)",
              "where(filled, 1.0, 1.0)"),
        Break("remembers pairs without curvature",
              "choose(curved, (s[0], u[0], *past_x[:-2]), tuple(past_x))", "(s[0], u[0], *past_x[:-2])"),
    ],
    "conjugate_gradient": [
        Break("Fletcher and Reeves's β", "_dot(new, (new[0] - g[0], new[1] - g[1]))", "_dot(new, new)"),
        Break("Polak and Ribière's β without the +", "nonzero & (bend > 0.0)", "nonzero"),
        Break("never bends", "where(nonzero & (bend > 0.0), bend, 0.0)", "0.0 * bend"),
        Break("over the new gradient", "squares = found.gradient, _dot(g, g)",
              "squares = found.gradient, _dot(found.gradient, found.gradient)"),
        Break("goes on where a direction does not lead down", "down = _dot(following, new) < 0.0",
              "down = _dot(following, new) < 1e300"),
        Break("the direction is forgotten", "zip(new, following, strict=True)",
              "zip(new, (-new[0], -new[1]), strict=True)"),
        Break("goes on where a direction leads up on the next batch", "_dot((g_x, g_y), (d_x, d_y)) < 0.0",
              "_dot((g_x, g_y), (d_x, d_y)) < 1e300"),
        Break("repeats a search that failed", "(found.length == 0.0)", "(found.length < 0.0)"),
        Break("does not restart from −g where a search failed", " & (last == 0.0)", ""),
    ],
    "backtracking": [
        Break("starts from the last length", "direction, slope, first, self.shrink",
              "direction, slope, where(k > 1, 2.0 * state[2][1], first), self.shrink"),
        Break("repeats what failed", "where(failed == promise, 0.0, rate)", "rate"),
        Break("what failed at one rate is not tried at another", "-rate * slope", "-slope"),
        Break("half the slope's promise", "-_dot(g, g)", "-0.5 * _dot(g, g)"),
        Break("ignores τ", "first, self.shrink", "first, 0.5"),
        Break("searches uphill", "(-g[0], -g[1]), -_dot", "(g[0], g[1]), -_dot"),
        Break("asks for what it knows", "if k == 1:", "if k:"),
        Break("remembers the loss before the step", "(reached, length, where", "(value, length, where"),
        Break("the loss of the last batch", "(surface.value(*point), length,", "(_, length,"),
        Break("what failed on the last batch is not tried on this one", "0.0 * failed", "failed"),
    ],
    "exact_line_search": [
        Break("ignores η", "rate * length", "length"),
        Break("keeps the distance for α", "length / where(stays, 1.0, slope)", "length"),
        Break("moves where there is no direction", "choose(stays, point, (x - way * u_x, y - way * u_y))",
              "(x - way * u_x, y - way * u_y)"),
    ],
    "nelder_mead": [
        Break("the losses of the last batch", "(surface.value(*corner), corner) for corner in corners",
              "(f, corner) for f, corner in zip(state[2], corners)"),
        Break("turns by 1.1", "turned(1.0, alive)", "turned(1.1, alive)"),
        Break("stretches by 3", "choose(lowest, 2.0,", "choose(lowest, 3.0,"),
        Break("both folds swapped", "choose(outside, 0.5, -0.5)", "choose(outside, -0.5, 0.5)"),
        Break("shrinks by a third", "0.5 * (b_x + p_x), 0.5 * (b_y + p_y)",
              "(b_x + 2 * p_x) / 3, (b_y + 2 * p_y) / 3"),
        Break("never shrinks", "negate(better | folded)", "negate(poor)"),
        Break("folds only where it is worse than the worst", "negate(over[0] < f_middle)",
              "negate(over[0] < f_worst)"),
        Break("always stretches where it may", "choose(\n            lowest, second[0] < over[0],",
              "choose(\n            lowest, second[0] == second[0],"),
        Break("stretches from the second best on", "over[0] < f_best", "over[0] < f_middle"),
        Break("an outer fold need only beat the worst", "second[0] <= over[0]", "second[0] < f_worst"),
        Break("all legs one way", "_pair(*sides)[0]", "sides[0]"),
        Break("legs of half the size", "size = point, self.size", "size = point, 0.5 * self.size"),
        Break("the middle of all three corners", "0.5 * (b_x + m_x), 0.5 * (b_y + m_y)",
              "(b_x + m_x + w_x) / 3, (b_y + m_y + w_y) / 3"),
        Break("asks once more than it needs", "alive & (lowest | poor)", "alive"),
        Break("a folded triangle goes on", "<= _SMALLEST", "< 0.0 * _SMALLEST"),
        Break("a folded triangle moves", "choose(folded, worst, taken)", "taken"),
        Break("a triangle without values goes on", "f_worst == f_worst", "(f_worst == f_worst) | True"),
    ],
    "rules/simplex.py:_pair": [
        Break("the higher corner first", "b[0] < a[0]", "b[0] > a[0]"),
        Break("a corner without a value counts as low", " | ((a[0] != a[0]) & (b[0] == b[0]))", ""),
        Break("equal corners change places", "b[0] < a[0]", "b[0] <= a[0]"),
    ],
    "rules/simplex.py:_ranked": [
        Break("the last two are not ordered", "[a, *_pair(b, c)]", "[a, b, c]"),
    ],
    # Searches along a line
    "rules/line_search.py:SUFFICIENT": [
        Break("a tenth of the fall that is asked for", "1e-4", "1e-5"),
        Break("ten times the fall that is asked for", "1e-4", "1e-3"),
    ],
    "rules/line_search.py:_MOST_TRIALS": [
        Break("three trials at most", "40", "3"),
    ],
    "rules/line_search.py:_MOST_SHRINKINGS": [
        Break("forty at most", "2_000", "40"),
    ],
    "rules/line_search.py:backtrack": [
        Break("any fall will do", "value + SUFFICIENT * length * slope", "value"),
        Break("shrinks by half, whatever is asked", "shrink * length", "0.5 * length"),
        Break("asks for a value where there is no way down", "(slope < 0.0) & (slope >",
              "(slope == slope) & (slope >"),
        Break("lanes that are done shrink with the others", "length = where(active, shrink * length, length)",
              "length = shrink * length"),
        Break("a step of no length has one", "where(found, length, none)", "length"),
        Break("an equal loss will do", " & (loss < value)", ""),
        Break("gives up on what the loss could still show", "_UNSEEN *", "1e6 * _UNSEEN *"),
        Break("asks where it is", "(trial[0] != x) | (trial[1] != y)", "(trial[0] != x) | (trial[0] == x)"),
    ],
    "rules/line_search.py:_MOST_NEWTON_TRIALS": [
        Break("one trial", "12", "1"),
        Break("eight at most", "12", "8"),
    ],
    "rules/line_search.py:_LEVEL": [
        Break("a little slope is none", "1e-11", "1e-4"),
    ],
    "rules/line_search.py:_UNTOLD": [
        Break("rounding of the loss decides", "1e-12", "0.0"),
        Break("climbs a little", "1e-12", "1e-3"),
    ],
    "rules/line_search.py:minimum_along": [
        Break("a trial above the near end is taken", "(loss <= near_value + slack)", "(loss == loss)"),
        Break("does not reach out", "4.0 * near))", "near))"),
        Break("leaves the bracket", " & (newton < where(bracketed, far, 10.0 * near))", ""),
        Break("no way on where the line bends down", "abs(first_bend)", "first_bend"),
        Break("always halves the bracket", "usable = low &", "usable = (low != low) &"),
        Break("Hessians where the loss is too high", "evaluate(low, surface.hessian",
              "evaluate(active, surface.hessian"),
    ],
    "rules/line_search.py:_along": [
        Break("half of the twist", "(xx * d[0] + xy * d[1])", "xx * d[0]"),
    ],
    "rules/line_search.py:strong_wolfe": [
        Break("any fall will do", "(loss <= value + SUFFICIENT * length * slope + slack)",
              "(loss <= value + slack)"),
        Break("no condition on the slope", "done = low & (abs(trial_slope) <= slope_left * abs(slope))",
              "done = low"),
        Break("the weak condition on the slope", "abs(trial_slope) <= slope_left",
              "-trial_slope <= slope_left"),
        Break("half the slope", "slope_left * abs(slope)", "0.5 * slope_left * abs(slope)"),
        Break("a trial above the best is taken", " & (loss <= best.value + slack)", ""),
        Break("no slack for rounding", "slack = _ROUNDING * abs(value)", "slack = 0.0 * abs(value)"),
        Break("searches where there is no way down", "(slope < 0.0) &",
              "(slope == slope) &"),
        Break("a first length of 0 is tried", " & (first > 0.0)", ""),
        Break("hops between neighbours that rounding tells apart",
              "(best.value < value - slack) | (abs(best_slope) < abs(slope))", "best.length > 0.0"),
        Break("takes the last trial instead of the best", "best = Found(*choose(low, Found",
              "best = Found(*choose(active, Found"),
        Break("gradients where the loss is too high", "evaluate(low, surface.gradient",
              "evaluate(active, surface.gradient"),
        Break("sees no minimum that it has passed", "past = low &", "past = low & (slope > 0.0) &"),
        Break("lanes that are done go on with the others",
              "length = where(\n"
              "            active, _next_length(best, best_slope, far, far_value, bracketed, before, "
              "before_slope), length\n"
              "        )",
              "length = _next_length(best, best_slope, far, far_value, bracketed, before, before_slope)\n"
              "        active = slope < 0.0"),
    ],
    # Schedules, by key
    "constant": [
        Break("half the rate", "np.ones_like(k)", "0.5 * np.ones_like(k)"),
    ],
    "inverse_sqrt": [
        Break("no root", "np.sqrt(k + 1.0)", "(k + 1.0)"),
        Break("a step ahead", "k + 1.0", "k + 2.0"),
    ],
    "linear": [
        Break("one step ahead", "k + 1.0", "k + 2.0"),
        Break("over the root", "1.0 / (k + 1.0)", "1.0 / np.sqrt(k + 1.0)"),
    ],
    "quadratic": [
        Break("a power of 1.9", "** 2\n", "** 1.9\n"),
        Break("one step ahead", "k + 1.0", "k + 2.0"),
    ],
    "exponential": [
        Break("rises", "-self.decay", "self.decay"),
        Break("loses the share β instead of 1 − e^(−β)", "np.exp(-self.decay * k)",
              "(1.0 - self.decay) ** k"),
        Break("one step ahead", "* k)", "* (k + 1.0))"),
    ],
    "step": [
        Break("drops all the time", "np.floor(k / self.period)", "(k / self.period)"),
        Break("a step ahead", "k / self.period", "(k + 1.0) / self.period"),
        Break("ignores α", "self.drop **", "0.5 **"),
    ],
    "stagnation": [
        Break("waits one step longer", "waited >= self.patience", "waited > self.patience"),
        Break("an equal loss is an improvement", "loss < lowest", "loss <= lowest"),
        Break("drops once only", "self.drop * factor", "self.drop + 0.0 * factor"),
        Break("does not wait again after a drop", "where(stale, 0.0, waited)", "waited"),
        Break("compares with the last loss, not the lowest", "where(better, loss, lowest)", "loss"),
        Break("waits for ever after a start without a value", "where(loss == loss, loss, math.inf)", "loss"),
        Break("an improvement does not start the wait anew", "where(better, 0.0, waited + 1.0)",
              "waited + 1.0"),
        Break("sees no losses", "feedback: ClassVar[bool] = True", "feedback: ClassVar[bool] = False"),
    ],
    "cosine": [
        Break("comes back", "np.minimum(k, self.period)", "k"),
        Break("a whole cosine", "np.cos(np.pi *", "np.cos(2.0 * np.pi *"),
        Break("ends a step early", "/ self.period", "/ (self.period - 1.0)"),
    ],
    "warmup": [
        Break("starts at 0", "(k + 1.0)", "k"),
        Break("rises for ever", "np.minimum(1.0, (k + 1.0) / self.period)", "(k + 1.0) / self.period"),
    ],
    "one_cycle": [
        Break("starts at a tenth", "_eased(1.0 / 25.0, 1.0,", "_eased(1.0 / 10.0, 1.0,"),
        Break("rises over a quarter", "0.3 * self.period", "0.25 * self.period"),
        Break("ends higher", "1e-4 / 25.0", "1e-3 / 25.0"),
        Break("the top a step late", "0.3 * self.period - 1.0", "0.3 * self.period"),
        Break("goes up again afterwards", "np.clip((k - top) / (end - top), 0.0, 1.0)",
              "(k - top) / (end - top)"),
    ],
    "schedules.py:_eased": [
        Break("straight lines", "0.5 * (a - b) * (1.0 + np.cos(math.pi * share))", "(a - b) * (1.0 - share)"),
    ],
    # A run: noise, rates, counting
    "optimizer.py:Elementwise": [
        Break("both coordinates share a memory", "update(g_y, state_y, rate, k)",
              "update(g_y, state_x, rate, k)"),
        Break("y follows the gradient of x", "update(g_y, state_y, rate, k)",
              "update(g_x, state_y, rate, k)"),
        Break("steps are counted from 0", "k = point, state, first", "k = point, state, first - 1"),
        Break("where Python raises the run stands still",
              "(x, y), (state_x, state_y) = carefully(step, (x, y), (state_x, state_y), rate, k)", "pass"),
    ],
    "optimizer.py:Optimizer": [
        Break("steps are counted from 0", "        k = first\n", "        k = first - 1\n"),
        Break("states are not noted", "states.append(state)", "pass"),
    ],
    "runs/noise.py:noisy": [
        Break("the same draw on both coordinates", "g_y + draw[1]", "g_y + draw[0]"),
    ],
    "runs/stepping.py:Course": [
        Break("steps are counted from 0", "start=done + 1", "start=done"),
        Break("the rates of the first steps again and again", "self.factors[done:until]",
              "self.factors[: until - done]"),
        Break("feedback starts anew at every step", "if watched else", "if not watched else"),
        Break("the rule's own rate is forgotten", "self.base * watched[0]", "1.0 * watched[0]"),
        Break("rates that losses decide are not noted", "rates.append(rate)", "pass"),
        Break("the last rate is forgotten", "state, watched, self._rate(until))", "state, watched)"),
    ],
    "runs/stepping.py:stepped": [
        Break("losses of the last batch count for the next", "if renews and k > 1:", "if False:"),
    ],
    "runs/stepping.py:Now": [
        Break("lanes that leave take every rate with them", "self.rate[lanes]", "self.rate"),
    ],
    "runs/run.py:_Plan": [
        Break("no listener hears a run", "asked.listening(worlds)", "worlds"),
        Break("a schedule's looks are free", "look = asked.looking(look)", "pass"),
        Break("every lane alone hears the first one's noise", "draws = draws[..., lane]",
              "draws = draws[..., 0]"),
        Break("the batch of the next step", "self.batches[k - 1]", "self.batches[k % len(self.batches)]"),
    ],
    "runs/evaluations.py:Asked": [
        Break("a step that is repeated is counted twice", "*(self._step.careful or self._step.exact)",
              "*self._step.careful, *self._step.exact"),
        Break("a schedule's looks do not count", "*self._step.looks, ", ""),
        Break("not cumulative", "np.cumsum(self._counts, axis=0, dtype=np.float64)",
              "np.array(self._counts, dtype=np.float64)"),
    ],
    "runs/evaluations.py:_noting": [
        Break("values count as gradients", "noting(0, value)", "noting(1, value)"),
        Break("Hessians are not counted", "noting(2, hessian)", "hessian"),
    ],
    "runs/trajectory.py:Trajectory": [
        Break("a schedule's looks at the loss are free", " and not self.schedule.feedback", ""),
        Break("the start costs a step", "np.arange(self.steps + 1.0)", "np.arange(1.0, self.steps + 2.0)"),
    ],
    # Many runs at once
    "maps/lanes.py:chunks": [
        Break("a lane is lost before the first chunk", "np.array_split(group,", "np.array_split(group[1:],"),
        Break("one chunk less", "-(-len(group) // size)", "len(group) // size"),
        Break("whole numbers vary from lane to lane", "(h.whole or h.switch)", "h.switch"),
        Break("switches vary from lane to lane", "(h.whole or h.switch)", "h.whole"),
        Break("every chunk has the first one's settings", "column[lanes] for key",
              "column[: len(lanes)] for key"),
    ],
    "maps/lanes.py:chunk_size": [
        Break("as many lanes whatever each holds", "min(CHUNK, _HELD // each)", "CHUNK"),
    ],
    "maps/lanes.py:steady_from": [
        Break("rests while the schedule still changes", "int(changes[-1]) + 2 if changes.size else 1", "1"),
        Break("rests before the last rate has been tried", "int(changes[-1]) + 2", "int(changes[-1]) + 1"),
    ],
    "maps/lanes.py:_follow": [
        Break("never rests", "~lost & (settled", "lost & (settled"),
        Break("lanes that are lost are followed to the end", "lost = _lost(now.point)",
              "lost = _lost(now.point) & False"),
        Break("lost lanes end at their last number", "np.full_like(end, np.nan)", "end"),
        Break("the last number of a lost lane is its end", "_last_finite(own, checked.of(gone), stop)",
              "end"),
        Break("every part has the first lanes' settings", "column[lanes] for key",
              "column[: len(lanes)] for key"),
        Break("two looks compare the same step", "stop % _EVERY == _EVERY - 1", "stop % _EVERY == _EVERY"),
    ],
    "maps/lanes.py:settled": [
        Break("does not look at what a rule remembers",
              "leaves((before.point, before.state)), leaves((after.point, after.state))",
              "leaves(before.point), leaves(after.point)"),
    ],
    "maps/lanes.py:_lost": [
        Break("lost only where both coordinates are", "np.isfinite(x) & np.isfinite(y)",
              "np.isfinite(x) | np.isfinite(y)"),
    ],
    "maps/lanes.py:_last_finite": [
        Break("ten steps short", "while then.k < k:", "while then.k < k - 10:"),
        Break("the first number instead of the last", "p, found)", "found, found)"),
    ],
    "maps/basins.py:basins": [
        Break("rows and columns swapped", "np.meshgrid(x, y)", "np.meshgrid(x, y, indexing='ij')"),
        Break("no schedule", "starts, steps, schedule, pace", "starts, steps, pace"),
        Break("a square window", "for low, high in surface.window",
              "for low, high in (surface.window[0],) * 2"),
        Break("takes 501 rows", "2, MAX_RESOLUTION", "2, MAX_RESOLUTION + 1"),
    ],
    "maps/sweep.py:sweep": [
        Break("no schedule", "starts, steps, schedule, {field", "starts, steps, None, {field"),
        Break("the rule's own value everywhere", "{field: column}", "{}"),
    ],
    "maps/sweep.py:tuning_map": [
        Break("no schedule", "starts, steps, schedule, fields", "starts, steps, None, fields"),
        Break("the fields swapped", "{field_x: across, field_y: up}", "{field_x: up, field_y: across}"),
        Break("rows and columns swapped", "(len(rows), len(columns))", "(len(columns), len(rows))"),
    ],
    "maps/basins.py:_minima": [
        Break("global minima only", "(Kind.GLOBAL_MINIMUM, Kind.LOCAL_MINIMUM)", "(Kind.GLOBAL_MINIMUM,)"),
        Break("lists minima that nothing came to", "if near.any():", "if near is not None:"),
        Break("knows no minima beforehand", "(*of_surface.minimizers, *of_surface.local_minimizers)", "()"),
        Break("no start belongs to no minimum", "np.full(len(found.last), -1)",
              "np.full(len(found.last), 0)"),
        Break("at most 32 minima", "while unnamed.size:",
              "while unnamed.size and len(minima) < 32:"),
        Break("ends as far apart as a window's hundredth are one", "(STATIONARY * surface.spans)",
              "(100.0 * STATIONARY * surface.spans)"),
        Break("minima are numbered from left to right", "np.argsort(first)", "np.arange(len(first))"),
        Break("a start next to a minimum belongs to the next one", "basin[left[near]] = len(minima)",
              "basin[left[near]] = len(minima) + 1"),
    ],
    # Verdicts, of one run and of many
    # What became of a run
    "verdicts/ending.py:ASTRAY": [
        Break("overflow counts as a missing value", "100.0", "1e300"),
    ],
    "verdicts/track.py:tail_length": [
        Break("three steps say what a run is doing", "max(30, steps // 10)", "max(3, steps // 100)"),
    ],
    "verdicts/track.py:kept_steps": [
        Break("the last step is not looked at", "steps + 1)", "steps)"),
    ],
    "verdicts/track.py:Track": [
        Break("every lane gets the first one's points", "np.searchsorted(runs, self.runs)",
              "np.zeros(len(self.runs), dtype=np.int64)"),
    ],
    "verdicts/ending.py:Ending": [
        Break("lanes at one place get the first one's verdict", "places)[cell]", "places)[0 * cell]"),
        Break("does not ask the rule whether it would stay", "self._going_on(some, 1) <= STATIONARY", "True"),
        Break("a place within half the window is where the run is", "self.surface.spans) > STATIONARY",
              "self.surface.spans) > 0.5"),
        Break("ten per cent won is no progress", "0.01 * self.left", "0.1 * self.left"),
        Break("any slope is gentle", "<= 0.5 * self.left", "<= np.inf"),
        Break("what leaves the window has not diverged", "leaving(self.track.of(some))", "False"),
        Break("a missing value does not count", "lanes: Lanes = np.isnan(value)",
              "lanes: Lanes = np.isnan(value) & False"),
    ],
    "verdicts/ending.py:_undefined": [
        Break("ending on a tip is undefined", " & (ending.arrived < 0)", ""),
    ],
    "verdicts/ending.py:_kinds_of": [
        Break("known minimizers are not looked up", "places.points, known.minimizers", "places.points, ()"),
        Break("a well that is a little higher is the global minimum", "above <= known.rounding",
              "above <= 1e9 * known.rounding"),
    ],
    "verdicts/ending.py:_ORDER": [
        Break("diverged before resting",
              "    _arrived,\n    lambda e: _kind_where(Kind.DIVERGED, e.diverged),",
              "    lambda e: _kind_where(Kind.DIVERGED, e.diverged),\n    _arrived,"),
        Break("plateau before oscillating",
              "    lambda e: _kind_where(Kind.OSCILLATING, e.restless),\n"
              "    lambda e: _kind_where(Kind.PLATEAU, e.level),",
              "    lambda e: _kind_where(Kind.PLATEAU, e.level),\n"
              "    lambda e: _kind_where(Kind.OSCILLATING, e.restless),"),
    ],
    "verdicts/behaviour.py:keeping_still": [
        Break("how far the run has come does not count", "(moved <= 0.01 * np.fmax(come, moved)) | ",
              "True | "),
        Break("growing steps do not lead away", "still[going] = ~_getting_longer(track.of(going))", "pass"),
    ],
    "verdicts/behaviour.py:leaving": [
        Break("outside is diverged", "growing(apart[part]) & (climbing | (falling & ~shrinking))", "True"),
        Break("a bottom ahead does not count", " & ~_bottom_ahead(track)", ""),
        Break("steps that shrink leave as well", "(falling & ~shrinking)", "falling"),
        Break("what a decayed rate leaves standing far out has not diverged", "& carried", "& False"),
    ],
    "verdicts/behaviour.py:restless": [
        Break("long swings are not seen", " | swinging(half, 0.6)", ""),
        Break("short swings are not seen", "swinging(tail, 0.8) | jittering(tail) | ", ""),
        Break("noise in balance is not seen", "lanes | _balanced(track) if noisy else lanes", "lanes"),
    ],
    "verdicts/behaviour.py:turning": [
        Break("turning seen along one axis", "(moves[1:] * moves[:-1]).sum(axis=-1)",
              "(moves[1:] * moves[:-1])[..., 0]"),
    ],
    "verdicts/motion.py:swinging": [
        Break("a swing may shrink", "sizes[2] >= kept * sizes[0]", "sizes[2] >= 0.0"),
        Break("a swing may carry on", "lanes &= net <= 0.7 * strides.sum(axis=0)", "pass"),
    ],
    "verdicts/causes.py:too_large": [
        Break("no smaller rate is tried", "becomes(_BELOW * limit / rate) is kind", "False"),
    ],
    "verdicts/window.py:distances": [
        Break("the smaller of both distances", "np.maximum(np.abs", "np.minimum(np.abs"),
    ],
    "verdicts/window.py:left_for_good": [
        Break("the first step outside, though it came back", "int(within[-1]) + 1", "int(np.argmin(inside))"),
    ],
    "verdicts/window.py:close_to": [
        Break("close within half the window", "(10.0 * STATIONARY) ** 2", "0.25"),
    ],
    "verdicts/known.py:known_minima": [
        Break("nobody looks beyond the window", "(here, *wider)", "(here,)"),
    ],
    # What a place is
    "verdicts/classify.py:STATIONARY": [
        Break("a hundredth of the window is where the run is", "1e-4", "1e-2"),
        Break("a billionth of the window is elsewhere", "1e-4", "1e-9"),
    ],
    "verdicts/classify.py:_polished": [
        Break("the run itself is the place", "points[~settled] = p[~settled]", "points[:] = p"),
        Break("a valley's bend is a slope", "level=1e-9", "level=1e-15"),
        Break("next to a pole is a place", "sharp = np.flatnonzero(steep(surface, points))",
              "sharp = np.flatnonzero(settled & ~settled)"),
    ],
    "verdicts/classify.py:_by_eigenvalues": [
        Break("trusts every Hessian", "clear[some] = off <= 0.1 * smallest[some] * _NEARBY", "pass"),
    ],
    "verdicts/classify.py:_by_circles": [
        Break("minima and maxima swapped", "codes[some[up]], codes[some[down]] = MINIMUM, MAXIMUM",
              "codes[some[up]], codes[some[down]] = MAXIMUM, MINIMUM"),
        Break("no slack for a place that may be off", "slack = 4.0 * unsure[some]",
              "slack = 0.0 * unsure[some]"),
        Break("a kink that leads on is a saddle", "(arcs < 2)", "(arcs < 0)"),
        Break("half a circle will do", "told[some] |= whole", "told[some] |= True"),
    ],
    "verdicts/classify.py:_refined": [
        Break("read off a fixed ring", "for _ in range(_NARROWINGS):", "for _ in range(1):"),
    ],
    "verdicts/classify.py:newton_step": [
        Break("the wrong eigenvectors", "cos * a - sin * b, sin * a + cos * b",
              "cos * a + sin * b, sin * a - cos * b"),
    ],
    "verdicts/stationary_points.py:_standing_alone": [
        Break("a valley is many points", "level, angle = level[alone], angle[alone]", "pass"),
    ],
    "verdicts/stationary_points.py:_tips": [
        Break("every low place is a tip", " & rises_all_around(surface, lowest)", ""),
    ],
    # Floats and lanes alike
    "arithmetic.py:maximum": [
        Break("on floats, nan is lost", "a if a > b or a != a else b", "a if a > b else b"),
    ],
    "arithmetic.py:sign": [
        Break("on floats, 0 is positive", "if a and a == a else a", "if a == a else a"),
    ],
    "arithmetic.py:polar": [
        Break("squares leave the range of floats", "maximum(abs(x), abs(y))", "1.0 + 0.0 * abs(x)"),
        Break("the length is a share", "size * length,", "length,"),
    ],
    "arithmetic.py:choose": [
        Break("the first lane decides for all", "np.where(condition, a, b)", "np.where(condition[:1], a, b)"),
    ],
}
# fmt: on
"""By registry key, or by file and name of what is shared: its breaks."""
