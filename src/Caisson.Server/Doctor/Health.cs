namespace Caisson.Server.Doctor;

/// <summary>That the server is there.</summary>
/// <param name="Status">Always <c>ok</c>.</param>
internal sealed record Health(string Status);
