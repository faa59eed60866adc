using System.Text.Json;
using Caisson.Core.Failures;

namespace Caisson.Server.Api.Problems;

/// <summary>Tells what any exception means to a caller.</summary>
internal static class ProblemOf
{
    /// <summary>The problem that an exception is, with nothing in it that a caller must not see.</summary>
    public static Problem Exception(Exception exception) => exception switch
    {
        CaissonException failure => Make(ProblemStatus.Of(failure.Code), failure.Code, failure.Kind, failure.Message, failure.Remedy),
        BadHttpRequestException { InnerException: JsonException json } => Bad(400, JsonFault.Describe(json)),
        BadHttpRequestException { StatusCode: 413 } => Bad(413, "The request body is larger than this route takes."),
        BadHttpRequestException { StatusCode: 415 } => Bad(415, "The body must be application/json."),
        BadHttpRequestException bad => Bad(bad.StatusCode, JsonFault.Clean(bad.Message)),
        JsonException json => Bad(400, JsonFault.Describe(json)),
        _ => Make(500, ErrorCode.Internal, FailureKind.Infrastructure, "The server failed.", "Look at the server's log; try again."),
    };

    /// <summary>A problem that is the web server's bare status.</summary>
    public static Problem Status(int status) => status switch
    {
        404 => Bad(404, "There is no such route."),
        405 => Bad(405, "The route does not take that method."),
        415 => Bad(415, "The body must be application/json."),
        _ => Bad(status, "The request was refused."),
    };

    private static Problem Bad(int status, string message) => Make(status, ProblemStatus.CodeOf(status), FailureKind.Task, message, null);

    private static Problem Make(int status, ErrorCode code, FailureKind kind, string message, string? remedy) =>
        new(Microsoft.AspNetCore.WebUtilities.ReasonPhrases.GetReasonPhrase(status), status, code, kind, message, remedy);
}
