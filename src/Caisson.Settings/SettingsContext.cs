namespace Caisson.Settings;

/// <summary>What settings are relative to.</summary>
/// <param name="WorkingDirectory">Where relative paths start.</param>
/// <param name="HomeDirectory">What <c>~</c> stands for.</param>
/// <param name="Environment">The caller's variables, from which masked secrets are taken.</param>
public sealed record SettingsContext(string WorkingDirectory, string HomeDirectory, IReadOnlyDictionary<string, string> Environment);
