//! Values against recorded answers of the real Terraform: `tests/value/record.py` makes the records.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a failing test panics")]

use infralint::value::{Number, Value, show};

#[test]
fn numbers_smoke() {
    let n = |t: &str| Number::parse(t).unwrap();
    for (a, b) in [("1e400", 401), ("1e-400", 402)] {
        assert_eq!(n(a).to_string().len(), b);
    }
    let third = n("1").div(&n("3")).unwrap();
    assert_eq!(third.to_string().len(), 157, "{third}");
    assert_eq!(third.mul(&n("3")).unwrap(), n("1"));
    assert_eq!(n("0.1").add(&n("0.2")).unwrap(), n("0.3"));
    println!("{}", show(&Value::tuple(vec![Value::int(1)])));
    for t in ["1e20", "0.1", "2.5", "123456789012345678901234567890", "1e-10", "9223372036854775808"] {
        println!("{t} {} {:?}", n(t), n(t));
    }
    let p = Number::from(2_i64).pow(&n("0.5")).unwrap();
    println!("{p} {}", p.mul(&p).unwrap());
    println!("{} {}", n("1e300000000").add(&n("1")).unwrap(), n("1e-99999999999"));
}
