//! Why a call did not answer, in the words of the facts document.

use std::error::Error;

use aws_sdk_ec2::error::{ProvideErrorMetadata, SdkError};

use crate::account::{Untold, Why};

/// What a failed call leaves to be said.
pub(super) fn untold<E, R>(action: &str, error: &SdkError<E, R>) -> Untold
where
    E: ProvideErrorMetadata + Error + 'static,
    R: std::fmt::Debug + 'static,
{
    let (because, message) = match error {
        SdkError::TimeoutError(_) => (Why::Timeout, String::new()),
        SdkError::DispatchFailure(failure) if failure.is_timeout() => (Why::Timeout, String::new()),
        SdkError::ServiceError(service) => {
            let code = service.err().code().unwrap_or("an error without a code");
            let why = of_code(code);
            // What is denied has a message that differs every time.
            let said = (why == Why::Failed).then(|| service.err().message()).flatten();
            (why, said.map_or_else(|| code.to_owned(), |said| format!("{code}: {}", said.trim())))
        }
        other => (Why::Failed, innermost(other)),
    };
    Untold { action: action.to_owned(), because, message }
}

fn of_code(code: &str) -> Why {
    match code {
        "UnauthorizedOperation" | "AccessDenied" | "AccessDeniedException" => Why::Denied,
        "RequestExpired" | "ExpiredToken" | "ExpiredTokenException" => Why::Expired,
        "AuthFailure" | "OptInRequired" | "InvalidClientTokenId" => Why::Disabled,
        _ => Why::Failed,
    }
}

/// The sentence at the bottom of an error: the outer ones only say that something failed.
fn innermost(error: &dyn Error) -> String {
    let mut at = error;
    while let Some(source) = at.source() {
        at = source;
    }
    at.to_string()
}
