namespace EsdbRollingAction.Sandbox.Wire;

/// <summary>What becomes of one request.</summary>
internal enum Fate
{
    /// <summary>It is answered.</summary>
    Answered,

    /// <summary>The connection is reset before anything is done.</summary>
    Reset,

    /// <summary>It is done, and the connection is reset instead of an answer.</summary>
    AnswerLost,

    /// <summary>It is done, and the answer comes after the asker's patience.</summary>
    AnswerLate,

    /// <summary>It is done, and half of the answer comes.</summary>
    AnswerCut,

    /// <summary>A page of somebody in between says 200.</summary>
    PageInstead,

    /// <summary>HTTP 429 without a word.</summary>
    TooMany,

    /// <summary>HTTP 500 or 503 with a page.</summary>
    ServerError,

    /// <summary>EC2 throttles.</summary>
    RequestLimitExceeded,

    /// <summary>EC2 had an error of its own.</summary>
    InternalError,

    /// <summary>EC2 says that the instance is in no state for this.</summary>
    IncorrectInstanceState,

    /// <summary>EC2 has no capacity.</summary>
    InsufficientInstanceCapacity,

    /// <summary>CloudWatch throttles.</summary>
    Throttling,

    /// <summary>CloudWatch had an error of its own.</summary>
    InternalFailure,

    /// <summary>Systems Manager throttles.</summary>
    ThrottlingException,

    /// <summary>Systems Manager had an error of its own.</summary>
    InternalServerError,
}
