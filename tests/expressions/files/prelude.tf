# The operands of tests/expressions.rs. Their names are of one length, so that places do not depend on them.
# What is not known before an apply: a value of each type.
resource "terraform_data" "bool" {
  input = true
}
resource "terraform_data" "number" {
  input = 1
}
resource "terraform_data" "string" {
  input = "a"
}
resource "terraform_data" "list" {
  input = tolist(["a", "b"])
}
resource "terraform_data" "set" {
  input = toset(["a", "b"])
}
resource "terraform_data" "map" {
  input = tomap({ a = "x", b = "y" })
}
resource "terraform_data" "tuple" {
  input = ["a", 1]
}
resource "terraform_data" "object" {
  input = { a = "x", b = 1 }
}

resource "terraform_data" "counted" {
  count = 2
}
resource "terraform_data" "keyed" {
  for_each = { a = 1 }
}

locals {
  # Nulls.
  nu = null
  nb = tobool(null)
  nn = tonumber(null)
  ns = tostring(null)
  nl = true ? null : tolist([""])
  nm = true ? null : tomap({ a = "" })
  no = true ? null : { a = "", b = 1 }

  # Booleans, numbers and strings.
  bt = true
  bf = false
  d0 = 0
  d1 = 1
  df = 1.5
  db = 123456789012345678901234567890
  ss = ""
  sa = "a"
  s1 = "1"
  st = "true"

  # Lists, sets, maps, tuples, objects.
  ls = tolist(["a", "1"])
  le = tolist([])
  es = toset(["b", "1"])
  ee = toset([])
  ms = tomap({ a = "x", c = "1" })
  me = tomap({})
  ts = ["a", 1]
  te = []
  os = { a = "x", b = 1 }
  oe = {}

  # Sensitive.
  zb = sensitive(true)
  zn = sensitive(1)
  zs = sensitive("a")

  # Not known.
  ub = terraform_data.bool.output
  un = terraform_data.number.output
  us = terraform_data.string.output
  ul = terraform_data.list.output
  ue = terraform_data.set.output
  um = terraform_data.map.output
  ut = terraform_data.tuple.output
  uo = terraform_data.object.output
  ud = jsondecode(terraform_data.string.output)
  uz = sensitive(terraform_data.string.output)

  # Partly known.
  pl = tolist([terraform_data.string.output, "b"])
  pt = [terraform_data.string.output, 1]
  po = { a = terraform_data.string.output, b = 1 }

  # Not in pairs.
  ne = true ? null : toset([""])
  nt = true ? null : ["", 1]
  d5 = -5
  dh = 1e400
  dz = -0
  sf = "01.50"
  sb = "False"
  ln = tolist([2, 1])
  lo = tolist([{ a = "x", b = 1 }])
  en = toset([2, 1])
  mn = tomap({ a = 1 })
  tn = [1, 2, 3]
  oc = { a = true }
  zl = sensitive(tolist(["a", "1"]))
  zt = [sensitive("a"), 1]
  zo = { a = sensitive("x"), b = 1 }
  pe = toset([terraform_data.string.output, "b"])
  pm = tomap({ a = terraform_data.string.output })
}
