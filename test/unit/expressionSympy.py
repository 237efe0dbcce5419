"""Writes expressionSympy.json: derivatives by sympy.diff, in its own printed form with ^ for **. Needs sympy (1.14 made the file)."""
import json
import pathlib
import sympy

EXPRESSIONS = [
    ("(a - x)^2 + b*(y - x^2)^2", "xy"),
    ("x^2 - 4*x + 5", "x"),
    ("exp(x) - 2*x", "x"),
    ("3*exp(-(x+1)^2 - y^2) + 2*exp(-((x-3/2)^2 + (y-1/2)^2))", "xy"),
    ("x^4/4 - x^2/2 + y^2/2", "xy"),
    ("(x^2 + 100*y^2)/2", "xy"),
    ("(x^2 + y - 11)^2 + (x + y^2 - 7)^2", "xy"),
    ("(x + 2*y - 7)^2 + (2*x + y - 5)^2", "xy"),
    ("sin(x + y) + (x - y)^2 - 3*x/2 + 5*y/2 + 1", "xy"),
    ("sin(3*pi*x)^2 + (x - 1)^2*(1 + sin(3*pi*y)^2)", "xy"),
    ("-cos(x)*cos(y)*exp(-((x - pi)^2 + (y - pi)^2))", "xy"),
    ("2*x^2 - 21*x^4/20 + x^6/6 + x*y + y^2", "xy"),
    ("(4 - 21*x^2/10 + x^4/3)*x^2 + x*y + (-4 + 4*y^2)*y^2", "xy"),
    ("x^3 - 3*x*y^2", "xy"),
    ("x^y", "xy"),
    ("2^x", "x"),
    ("x^x", "x"),
    ("sqrt(x^2 + 1)", "x"),
    ("1/sqrt(x)", "x"),
    ("log(x)/x", "x"),
    ("log(x^2 + y^2)", "xy"),
    ("tan(x)", "x"),
    ("tanh(2*x)", "x"),
    ("atan(y/x)", "xy"),
    ("asin(x/2)", "x"),
    ("acos(2*x)", "x"),
    ("x/(1 + x^2)", "x"),
    ("x*exp(-x^2/2)", "x"),
    ("exp(-x^2/2)/sqrt(2*pi)", "x"),
    ("(1 - x)^3", "x"),
    ("sin(3*x)*cos(x)", "x"),
    ("cosh(x)*sinh(y)", "xy"),
    ("log(1 + exp(-x*y))", "xy"),
    ("1/(1 + exp(-x))", "x"),
    ("(x - y)^2/(x + y)", "xy"),
    ("exp(sin(x)^2)", "x"),
    ("x^2*y^3*sin(x*y)", "xy"),
    ("sqrt(x)*log(x)", "x"),
]

names = {"a": sympy.Symbol("a"), "b": sympy.Symbol("b"), "x": sympy.Symbol("x"), "y": sympy.Symbol("y")}
rows = []
for text, variables in EXPRESSIONS:
    expression = sympy.sympify(text.replace("^", "**"), locals=names)
    derivatives = {v: str(sympy.diff(expression, names[v])).replace("**", "^") for v in variables}
    rows.append({"expression": text, "derivatives": derivatives})
path = pathlib.Path(__file__).with_name("expressionSympy.json")
path.write_text(json.dumps(rows, indent=1) + "\n")
