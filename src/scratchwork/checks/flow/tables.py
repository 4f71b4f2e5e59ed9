"""What the data flow knows of other people's functions, by their names."""

STATISTICS = {
    "mean", "std", "var", "min", "max", "median", "ptp", "nanmean", "nanstd", "nanmin", "nanmax", "nanmedian", "amin",
    "amax", "average", "percentile", "quantile", "nanpercentile", "mode", "nanvar", "cov", "svd", "eig", "eigh",
    "describe", "corrcoef", "mad", "iqr", "corr", "corrwith",
}  # fmt: skip
WEAK_STATISTICS = {"min", "max", "amax", "amin"}  # one constant of images, such as 255
PASS_THROUGH = {
    "asarray", "array", "copy", "astype", "reshape", "ravel", "flatten", "to_numpy", "squeeze", "float", "long",
    "expand_dims", "atleast_2d", "ascontiguousarray", "tolist", "list", "tensor", "from_numpy",
    "as_tensor", "DataFrame",
    "FloatTensor", "LongTensor", "Tensor", "transpose", "swapaxes", "view", "double", "numpy", "cpu", "detach", "to",
    "cuda", "item", "int", "reset_index", "toarray", "todense", "flip", "require", "clip", "abs", "nan_to_num", "head",
    "unsqueeze", "resize", "contiguous", "type", "asanyarray", "float32", "deepcopy",
    "convert_to_tensor", "column_stack",
    "Series", "get", "set_index", "rename", "as_matrix", "iterrows", "tqdm", "iter", "next", "clone",
    "requires_grad_", "sort", "sorted", "round", "sqrt", "exp", "log", "log1p", "assign", "unique", "int64", "int32", "infer_objects",
}  # fmt: skip
CASTS = {"astype", "int", "float", "float32", "int32", "int64", "to_numeric", "to_categorical", "LongTensor", "uint8"}
COUNTS = {"len", "bincount", "value_counts", "Counter", "nunique", "count", "isnull", "isna", "any", "all", "isnan"}
JOINERS = {"concatenate", "vstack", "concat", "append", "row_stack", "r_"}
BESIDE = {"hstack", "column_stack", "c_", "insert", "add_constant", "stack", "join", "merge"}
SPLITTERS = {"train_test_split", "train_valid_test_split", "train_val_split", "train_val_test_split", "train_test"}
PERMUTERS = {"permutation", "permuted", "randperm"}
SHUFFLERS = {"shuffle", "random_shuffle"}
LOADERS = ("load", "read", "fetch", "make_", "genfromtxt", "loadtxt", "get_data", "download", "import_data")
GENERATORS = {
    "default_rng",
    "RandomState",
    "Generator",
    "Random",
    "SeedSequence",
    "PCG64",
    "MT19937",
    "Philox",
    "SFC64",
}
SEEDERS = {"seed", "manual_seed", "set_seed", "set_random_seed", "set_state", "setstate", "seed_everything"}
SELF_SCALERS = {
    "scale", "zscore", "minmax_scale", "robust_scale", "maxabs_scale", "quantile_transform", "power_transform",
    "StandardScaler().fit_transform", "whiten",
}  # fmt: skip
SCALERS = {
    "StandardScaler", "MinMaxScaler", "MaxAbsScaler", "RobustScaler", "QuantileTransformer", "PowerTransformer", "PCA",
    "KernelPCA", "SparsePCA", "IncrementalPCA", "TruncatedSVD", "FastICA", "NMF", "SelectKBest", "SelectPercentile",
    "SelectFromModel", "RFE", "RFECV", "VarianceThreshold", "SimpleImputer", "Imputer",
    "KNNImputer", "IterativeImputer",
    "TfidfVectorizer", "CountVectorizer", "TfidfTransformer", "KBinsDiscretizer", "TargetEncoder", "UMAP",
    "LinearDiscriminantAnalysis", "FactorAnalysis", "Isomap", "MeanEncoder", "ColumnTransformer",
}  # fmt: skip
WEAK_SCALERS = {"CountVectorizer", "TfidfVectorizer", "TfidfTransformer", "UMAP", "Isomap", "VarianceThreshold"}
ROW_BY_ROW = {
    "Normalizer", "Binarizer", "PolynomialFeatures", "LabelEncoder", "OneHotEncoder", "OrdinalEncoder",
    "LabelBinarizer", "MultiLabelBinarizer", "FunctionTransformer", "HashingVectorizer",
}  # fmt: skip
RESAMPLERS = {
    "SMOTE",
    "ADASYN",
    "RandomOverSampler",
    "BorderlineSMOTE",
    "SVMSMOTE",
    "SMOTENC",
    "SMOTETomek",
    "SMOTEENN",
}
CLUSTERERS = {
    "KMeans",
    "MiniBatchKMeans",
    "AgglomerativeClustering",
    "GaussianMixture",
    "SpectralClustering",
    "KMedoids",
}
SEARCHES = {"GridSearchCV", "RandomizedSearchCV", "HalvingGridSearchCV"}
FOLDERS = {"KFold", "StratifiedKFold", "ShuffleSplit", "StratifiedShuffleSplit", "RepeatedKFold", "GroupKFold"}
CROSS_VALIDATIONS = {"cross_val_score", "cross_validate", "cross_val_predict", "validation_curve", "learning_curve"}
METRICS = {
    "accuracy_score", "accuracy", "precision_score", "recall_score", "f1_score", "roc_auc_score", "r2_score",
    "mean_squared_error", "mean_absolute_error", "log_loss", "classification_report", "confusion_matrix", "roc_curve",
    "precision", "recall", "f1", "balanced_accuracy_score", "root_mean_squared_error", "precision_recall_curve",
    "average_precision_score", "matthews_corrcoef", "cohen_kappa_score", "mse", "rmse", "mae", "r2", "auc_score",
    "precision_recall_fscore_support", "brier_score_loss", "mean_absolute_percentage_error",
    "r_squared", "zero_one_loss",
}  # fmt: skip
CLASSIFICATION_SCORES = {"roc_auc_score", "roc_curve", "average_precision_score", "precision_recall_curve"}
PREDICTORS = {"predict", "predict_classes", "predict_labels", "classify", "predict_class"}
SOFT_PREDICTORS = {"predict_proba", "decision_function", "predict_log_proba", "predict_probability", "predict_prob"}
METRIC_WORDS = {
    "accuracy", "acc", "score", "evaluate", "rmse", "mse", "mae", "r2", "f1", "precision", "recall", "auc", "eval",
    "loss", "error", "cost", "test", "validate", "metric", "metrics", "misclassification",
}  # fmt: skip
BIGGER = {"argmax", "max", "nanargmax", "amax"}
SMALLER = {"argmin", "min", "nanargmin", "amin"}
