// Descriptors and children of the whole process are counted, so tests run one after another.
[assembly: CollectionBehavior(CollectionBehavior.CollectionPerAssembly)]
