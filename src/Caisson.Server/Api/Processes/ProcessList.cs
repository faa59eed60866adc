using Caisson.Core.Guests;

namespace Caisson.Server.Api.Processes;

/// <summary>The live processes that were started through the API.</summary>
/// <param name="Items">The processes.</param>
internal sealed record ProcessList(IReadOnlyList<ProcessBody> Items)
{
    /// <summary>The list as callers see it; variables may hold secrets and stay out.</summary>
    public static ProcessList Of(IReadOnlyList<ProcessInfo> processes) =>
        new([.. processes.Select(one => new ProcessBody(one.Pid, one.Tag, one.Command, one.Arguments, one.WorkingDirectory))]);
}
