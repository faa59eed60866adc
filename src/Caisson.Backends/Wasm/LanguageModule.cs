namespace Caisson.Backends.Wasm;

/// <summary>A language that comes with the wall, as a module whose content is known.</summary>
/// <param name="Name">Its name, and that of its file without the ending.</param>
/// <param name="Digest">The SHA-256 of its bytes.</param>
internal sealed record LanguageModule(string Name, string Digest)
{
    /// <summary>CPython 3.12, its library within.</summary>
    public static LanguageModule Python { get; } = new("python", "E5DC5A398B07B54EA8FDB503BF68FB583D533F10EC3F930963E02B9505F7A763");

    /// <summary>QuickJS.</summary>
    public static LanguageModule JavaScript { get; } = new("js", "85922BAAFD4385BC908D766989948DF9AB28F8F0C8AFD2AB6B35A4950570D0F6");

    /// <summary>All of them.</summary>
    public static IReadOnlyList<LanguageModule> All { get; } = [JavaScript, Python];

    /// <summary>The language that a command's name stands for, or null.</summary>
    public static LanguageModule? Of(string command) => command switch
    {
        "python" or "python3" => Python,
        "js" => JavaScript,
        _ => null,
    };
}
