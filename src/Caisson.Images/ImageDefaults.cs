namespace Caisson.Images;

/// <summary>What an image asks of sandboxes made of it. Its start command is told and not run.</summary>
/// <param name="Environment">Variables.</param>
/// <param name="User">The user, as written in the image: a name or number, perhaps with a group; null for none.</param>
/// <param name="WorkingDirectory">The working directory, or null for none.</param>
/// <param name="StartCommand">Entry point and command, or empty.</param>
public sealed record ImageDefaults(IReadOnlyDictionary<string, string> Environment, string? User, string? WorkingDirectory, IReadOnlyList<string> StartCommand)
{
    /// <summary>The name by which the image's own table of accounts knows <see cref="User"/>, or null where it does not.</summary>
    public string? Account { get; init; }
}
