namespace Caisson.Interpreter.Zygotes;

/// <summary>What a zygote has loaded: the more, the dearer each fork, and the cheaper an import.</summary>
internal enum ZygoteKind
{
    /// <summary>The interpreter alone, for code in which nothing is imported.</summary>
    Bare,

    /// <summary>What programs import most of the standard library.</summary>
    Stocked,

    /// <summary>numpy and pandas too, where the template has them.</summary>
    Scientific,
}
