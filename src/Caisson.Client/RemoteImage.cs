namespace Caisson.Client;

/// <summary>An imported container image under one of its names.</summary>
/// <param name="Id">Its content address, which can be named as a template as well as its name.</param>
/// <param name="Name">The name.</param>
/// <param name="Tag">Which of that name.</param>
/// <param name="Bytes">Bytes of its files.</param>
/// <param name="Files">Files of all its layers.</param>
/// <param name="Layers">How many layers it has.</param>
/// <param name="User">The user that it asks for, or null.</param>
/// <param name="WorkingDirectory">The directory that it asks for, or null.</param>
/// <param name="StartCommand">What a container of it would run; sandboxes do not.</param>
/// <param name="ImportedAt">When it was imported.</param>
public sealed record RemoteImage(
    string Id, string Name, string Tag, long Bytes, int Files, int Layers, string? User, string? WorkingDirectory, IReadOnlyList<string> StartCommand, DateTimeOffset ImportedAt);
