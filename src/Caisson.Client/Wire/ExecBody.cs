using Caisson.Core.Guests;

namespace Caisson.Client.Wire;

internal sealed record ExecBody(
    string Command, IReadOnlyList<string> Arguments, IReadOnlyDictionary<string, string> Environment, string? Cwd, string? User,
    double? TimeoutSeconds, string? Tag, TerminalBody? Terminal, bool Input, long? OutputLimit)
{
    public string? Stdin { get; init; }

    public static ExecBody Of(ExecRequest request) => new(
        request.Command, request.Arguments, request.Environment, request.WorkingDirectory, request.User,
        request.Timeout?.TotalSeconds, request.Tag,
        request.Terminal is { } size ? new TerminalBody(size.Columns, size.Rows) : null,
        request.Input, request.OutputLimit == 0 ? null : request.OutputLimit);
}
